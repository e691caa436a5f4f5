import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importBusybox } from '../support/busybox.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { tar } from '../support/tar.ts';
import { eachNode, type Graph, graphOver, nodeWhere } from './image-fixture.ts';

const dockerfile = `FROM busybox
LABEL tier=web color=red
RUN echo hi > /greeting
EXPOSE 80 53/udp
VOLUME /data
ENV GREETING=hello
STOPSIGNAL SIGQUIT
WORKDIR /srv
HEALTHCHECK --interval=10s CMD true
CMD ["httpd", "-f"]
`;

let engine: PrivateEngine;
let graph: Graph;

async function build(content: string, tags: readonly string[]): Promise<void> {
  const query = new URLSearchParams(tags.map((tag) => ['t', tag]));
  const body = tar([{ path: 'Dockerfile', content }]);
  const answer = await engine.mustRest('POST', `/build?${query}`, { body });
  if (answer.text().includes('"error"')) throw new Error(answer.text());
}

const inspect = async (name: string) => (await engine.mustRest('GET', `/images/${name}/json`)).json();
const idsOf = async (...args: readonly string[]) => {
  const lines = (await engine.cli('images', '--quiet', '--no-trunc', ...args)).split('\n');
  return [...new Set(lines.filter(Boolean))].sort();
};

beforeAll(async () => {
  engine = await startPrivateEngine();
  graph = graphOver(engine);
  await importBusybox(engine);
  await build(dockerfile, ['app:1', 'acme/app:latest', 'localhost:5000/team/app:2']);
  await build('FROM busybox\nRUN echo lost > /lost\n', []);
  await engine.cli('create', '--name', 'web', 'app:1');
  await engine.cli('create', '--name', 'job', 'acme/app');
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

describe('the images of an Engine', () => {
  it('are those of `docker images`, without intermediate ones', async () => {
    const answer = await graph.ask('{ images { totalCount nodes { dockerId } } }');
    const expected = await idsOf();
    expect(eachNode(answer, 'dockerId')).toEqual(expected);
    expect(at(answer.data, 'images', 'totalCount')).toBe(expected.length);
    expect((await idsOf('--all')).length).toBeGreaterThan(expected.length);
  });

  it('are those of `docker images --all` when intermediate ones are asked for', async () => {
    const answer = await graph.ask('{ images(filter: { all: true }) { nodes { dockerId isIntermediate } } }');
    expect(eachNode(answer, 'dockerId')).toEqual(await idsOf('--all'));
    const shown = await idsOf();
    for (const node of listAt(answer.data, 'images', 'nodes')) {
      expect(at(node, 'isIntermediate')).toBe(!shown.includes(textAt(node, 'dockerId')));
    }
  });

  it('come the newest first, or as asked', async () => {
    const raw = listAt((await engine.mustRest('GET', '/images/json')).json());
    const times = raw.map((image) => Number(at(image, 'Created'))).sort((a, b) => b - a);
    const newest = await graph.ask('{ images { nodes { createdAt } } }');
    expect(
      listAt(newest.data, 'images', 'nodes').map((node) => Date.parse(textAt(node, 'createdAt')) / 1000),
    ).toEqual(times);
    const named = await graph.ask('{ images(orderBy: { field: NAME, direction: DESC }) { nodes { name } } }');
    expect(listAt(named.data, 'images', 'nodes').map((node) => at(node, 'name'))).toEqual([
      'busybox:latest',
      'acme/app:latest',
      null,
    ]);
    const sized = await graph.ask('{ images(orderBy: { field: SIZE }) { nodes { size } } }');
    const sizes = listAt(sized.data, 'images', 'nodes').map((node) => Number(at(node, 'size')));
    expect(sizes).toEqual(raw.map((image) => Number(at(image, 'Size'))).sort((a, b) => a - b));
  });

  it('cost one call for everything the list knows', async () => {
    const { calls, errors } = await graph.ask(`{ images { nodes {
      id dockerId shortId stableKey name tags digests labels { key value } createdAt size virtualSize
      references { familiar } parentId isDangling isIntermediate children { dockerId } descriptor { digest }
    } } }`);
    expect(errors).toEqual([]);
    expect(calls).toEqual(['GET /images/json']);
  });

  it('are joined with containers and parents by one list each', async () => {
    const answer = await graph.ask(`{ images { nodes {
      name containerCount inUse containers { name } parent { dockerId tags } children { dockerId }
    } } }`);
    expect(answer.calls.toSorted()).toEqual(['GET /containers/json', 'GET /images/json']);
    const app = nodeWhere(answer, 'name', 'acme/app:latest');
    expect(at(app, 'containerCount')).toBe(2);
    expect(at(app, 'inUse')).toBe(true);
    expect(
      listAt(app, 'containers')
        .map((container) => textAt(container, 'name'))
        .sort(),
    ).toEqual(['job', 'web']);
    expect(textAt(app, 'parent', 'dockerId')).toBe(textAt(await inspect('app:1'), 'Parent'));
    const busybox = nodeWhere(answer, 'name', 'busybox:latest');
    expect(at(busybox, 'inUse')).toBe(false);
    expect(at(busybox, 'parent')).toBeNull();
    const raw = listAt((await engine.mustRest('GET', '/images/json?all=1')).json());
    const parent = textAt(await inspect('busybox'), 'Id');
    const children = raw.filter((image) => textAt(image, 'ParentId') === parent);
    expect(children.length).toBe(2);
    expect(
      listAt(busybox, 'children')
        .map((child) => textAt(child, 'dockerId'))
        .sort(),
    ).toEqual(children.map((image) => textAt(image, 'Id')).sort());
  });

  it('know the same of themselves from the list as from inspect', async () => {
    const fields =
      'id dockerId shortId stableKey name tags digests labels { key value } size parentId isDangling';
    const listed = await graph.ask(`{ images(filter: { all: true }) { nodes { ${fields} } } }`);
    for (const node of listAt(listed.data, 'images', 'nodes')) {
      const single = await graph.ask(`query ($ref: ID!) { image(ref: $ref) { ${fields} } }`, {
        ref: textAt(node, 'dockerId'),
      });
      expect(at(single.data, 'image')).toEqual(node);
    }
  });
});

describe('one image', () => {
  it('is what `docker image inspect` says', async () => {
    const [raw] = listAt(JSON.parse(await engine.cli('image', 'inspect', 'app:1')));
    const { data, errors, calls } = await graph.ask(`{ image(ref: "app:1") {
      dockerId shortId name tags digests labels { key value } label(key: "color") createdAt size contentSize virtualSize
      author comment dockerVersion lastTaggedAt buildContainerId buildContainerConfig { cmd }
      platform { os architecture variant osVersion }
      rootFs { type layers } graphDriver { name }
      config { cmd entrypoint workingDir stopSignal exposedPorts volumes env { name value }
        labels { key value } user healthcheck { test interval } shell onBuild }
    } }`);
    expect(errors).toEqual([]);
    // In containerd's image store the list alone knows what is unpacked.
    const inContainerd = at(raw, 'Descriptor') !== undefined;
    expect(calls).toEqual(['GET /images/{name}/json', ...(inContainerd ? ['GET /images/json'] : [])]);
    const list = listAt((await engine.mustRest('GET', '/images/json')).json());
    const listed = list.find((image) => at(image, 'Id') === at(raw, 'Id'));
    expect(at(data, 'image')).toMatchObject({
      dockerId: at(raw, 'Id'),
      shortId: textAt(raw, 'Id').slice(7, 19),
      name: 'acme/app:latest',
      tags: at(raw, 'RepoTags'),
      digests: listAt(raw, 'RepoDigests'),
      labels: [
        { key: 'color', value: 'red' },
        { key: 'tier', value: 'web' },
      ],
      label: 'red',
      createdAt: at(raw, 'Created'),
      size: at(listed, 'Size'),
      contentSize: at(raw, 'Size'),
      virtualSize: at(raw, 'VirtualSize') ?? null,
      author: null,
      comment: null,
      dockerVersion: at(raw, 'DockerVersion') || null,
      lastTaggedAt: at(raw, 'Metadata', 'LastTagTime'),
      buildContainerId: at(raw, 'Container') ?? null,
      platform: { os: at(raw, 'Os'), architecture: at(raw, 'Architecture'), variant: null, osVersion: null },
      rootFs: { type: 'layers', layers: at(raw, 'RootFS', 'Layers') },
      graphDriver: { name: at(raw, 'GraphDriver', 'Name') },
      config: {
        cmd: ['httpd', '-f'],
        entrypoint: [],
        workingDir: '/srv',
        stopSignal: 'SIGQUIT',
        exposedPorts: ['53/udp', '80/tcp'],
        volumes: ['/data'],
        user: null,
        healthcheck: { test: ['CMD-SHELL', 'true'], interval: '10s' },
        shell: [],
        onBuild: [],
      },
    });
    const env = listAt(data, 'image', 'config', 'env');
    expect(env.map((each) => textAt(each, 'name'))).toEqual(['PATH', 'GREETING']);
  });

  it('has its names taken apart', async () => {
    const { data } = await graph.ask(
      '{ image(ref: "app:1") { references { familiar canonical domain repository tag } } }',
    );
    const references = listAt(data, 'image', 'references');
    expect(references.filter((each) => at(each, 'tag') !== null)).toEqual([
      {
        familiar: 'acme/app:latest',
        canonical: 'docker.io/acme/app:latest',
        domain: 'docker.io',
        repository: 'acme/app',
        tag: 'latest',
      },
      {
        familiar: 'app:1',
        canonical: 'docker.io/library/app:1',
        domain: 'docker.io',
        repository: 'app',
        tag: '1',
      },
      {
        familiar: 'localhost:5000/team/app:2',
        canonical: 'localhost:5000/team/app:2',
        domain: 'localhost:5000',
        repository: 'localhost:5000/team/app',
        tag: '2',
      },
    ]);
  });

  it('has the history that the Engine tells', async () => {
    const raw = listAt((await engine.mustRest('GET', '/images/app:1/history')).json());
    const { data, calls } = await graph.ask(
      '{ image(ref: "app:1") { history { imageId image { dockerId } createdAt createdBy tags size comment } } }',
    );
    expect(calls.toSorted()).toEqual([
      'GET /images/json',
      'GET /images/{name}/history',
      'GET /images/{name}/json',
    ]);
    const history = listAt(data, 'image', 'history');
    expect(history.length).toBe(raw.length);
    for (const [index, step] of raw.entries()) {
      expect(history[index]).toEqual({
        imageId: at(step, 'Id'),
        image: { dockerId: at(step, 'Id') },
        createdAt: new Date(Number(at(step, 'Created')) * 1000).toISOString().replace('.000Z', 'Z'),
        createdBy: textAt(step, 'CreatedBy') || null,
        tags: listAt(step, 'Tags'),
        size: at(step, 'Size'),
        comment: textAt(step, 'Comment') || null,
      });
    }
  });

  it('has steps without an image, and no parent, once it came as an archive', async () => {
    await build('FROM busybox\nRUN echo far > /far\nRUN echo farther >> /far\n', ['moved:1']);
    const archive = await engine.mustRest('GET', '/images/moved:1/get');
    await engine.mustRest('DELETE', '/images/moved:1');
    await engine.mustRest('POST', '/images/load', { body: archive.body });
    const { data } = await graph.ask(
      '{ image(ref: "moved:1") { dockerId parentId parent { id } history { imageId image { id } createdBy } } }',
    );
    const raw = listAt((await engine.mustRest('GET', '/images/moved:1/history')).json());
    expect(raw.map((step) => textAt(step, 'Id')).slice(1)).toEqual(['<missing>', '<missing>']);
    const history = listAt(data, 'image', 'history');
    expect(history.map((step) => at(step, 'imageId'))).toEqual([at(data, 'image', 'dockerId'), null, null]);
    expect(history.slice(1).map((step) => at(step, 'image'))).toEqual([null, null]);
    expect(at(data, 'image', 'parentId')).toBeNull();
    expect(at(data, 'image', 'parent')).toBeNull();
    await engine.mustRest('DELETE', '/images/moved:1');
  });

  it('is found by name, ID, prefix and global ID', async () => {
    const id = textAt(await inspect('busybox'), 'Id');
    const { data } = await graph.ask('{ image(ref: "busybox") { id } }');
    const refs = [
      'busybox:latest',
      'docker.io/library/busybox',
      id,
      id.slice(7),
      id.slice(7, 19),
      textAt(data, 'image', 'id'),
    ];
    for (const ref of refs) {
      const found = await graph.ask('query ($ref: ID!) { image(ref: $ref) { dockerId } }', { ref });
      expect(textAt(found.data, 'image', 'dockerId'), ref).toBe(id);
    }
    const node = await graph.ask('query ($id: ID!) { node(id: $id) { id ... on Image { dockerId } } }', {
      id: textAt(data, 'image', 'id'),
    });
    expect(textAt(node.data, 'node', 'dockerId')).toBe(id);
  });

  it('is null when there is none of that name', async () => {
    const { data, errors } = await graph.ask('{ image(ref: "nothing/here:1") { id } }');
    expect(errors).toEqual([]);
    expect(at(data, 'image')).toBeNull();
  });

  it('refuses a reference that cannot be one, without asking the Engine', async () => {
    const { errors, calls } = await graph.ask('{ image(ref: "../containers") { id } }');
    expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
    expect(calls).toEqual([]);
  });

  it('names the candidates of an ambiguous prefix', async () => {
    // One of sixteen digits begins two of seventeen IDs.
    for (let index = 0; index < 17; index += 1) {
      const content = tar([{ path: 'number', content: String(index) }]);
      await engine.mustRest('POST', `/images/create?fromSrc=-&repo=small&tag=${index}`, { body: content });
    }
    const ids = await idsOf('--all');
    const first = ids.find((id, index) => ids[index + 1]?.[7] === id[7]) ?? '';
    const { data, errors } = await graph.ask('query ($ref: ID!) { image(ref: $ref) { id } }', {
      ref: first[7],
    });
    expect(at(data, 'image')).toBeNull();
    expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
    for (const id of ids.filter((id) => id[7] === first[7])) expect(errors[0]?.message).toContain(id);
    await engine.cli('rmi', ...Array.from({ length: 17 }, (_, index) => `small:${index}`));
  });
});
