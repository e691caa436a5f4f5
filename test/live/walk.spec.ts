import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { type OutputReader, readOutput } from './support/session-bench.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);

let gateway: RunningGateway;
let registry: Registry;
let site: string;
/** In the registry, and not on the Engine. */
let image: string;

beforeAll(async () => {
  [gateway, registry, site] = await Promise.all([
    startGateway({ host: engine.host }),
    startRegistry(engine),
    mkdtemp(join(tmpdir(), 'dockgraph-walk-')),
  ]);
  await writeFile(join(site, 'index.html'), 'served from a bind\n');
  image = `${registry.address}/${prefix}walk:1`;
  await engine.cli('tag', 'busybox', image);
  await engine.cli('push', image);
  await engine.cli('rmi', image);
});
afterAll(async () => {
  await gateway?.close();
  await registry?.stop();
  await rm(site, { recursive: true, force: true });
});

const errors = 'userErrors { __typename path message }';

async function mutate(name: string, type: string, selection: string, input: object): Promise<unknown> {
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { changed ${selection} ${errors} } }`;
  return at(await gateway.data(document, { input }), name);
}

const containerOf = (name: string): object => ({
  name,
  image,
  command: ['sh', '-c', 'echo serving; exec httpd -f -p 80 -h /site'],
  binds: [`${site}:/site:ro`],
  ports: [{ containerPort: 80, hostIp: '127.0.0.1' }],
});

/** What the published port of a container answers, asked from outside it. */
async function ask(answer: unknown): Promise<string> {
  const [port] = listAt(answer, 'container', 'publishedPorts');
  const url = `http://127.0.0.1:${String(at(port, 'hostPort'))}/`;
  const get = `for i in 1 2 3 4 5 6 7 8 9; do busybox wget -qO- ${url} && exit; sleep 0.2; done; exit 1`;
  return engine.exec('sh', ['-c', get]);
}

const fine = { changed: true, userErrors: [] };
const shown = 'container { name state publishedPorts { hostPort } }';

describe('the classic walk', () => {
  const name = `${prefix}step`;
  let output: OutputReader;

  it('begins with a typed refusal, as the Engine has no such image', async () => {
    expect(await mutate('containerCreate', 'ContainerCreateInput', shown, containerOf(name))).toMatchObject({
      changed: false,
      container: null,
      userErrors: [{ __typename: 'ImageNotFoundError', path: ['input', 'image'] }],
    });
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=^/${name}$`)).toBe('');
  });

  it('pulls the image', async () => {
    expect(await mutate('imagePull', 'ImagePullInput', 'image { tags }', { reference: image })).toMatchObject(
      { ...fine, image: { tags: expect.arrayContaining([image]) } },
    );
  });

  it('creates the container with a bind and a port', async () => {
    expect(await mutate('containerCreate', 'ContainerCreateInput', shown, containerOf(name))).toMatchObject({
      ...fine,
      container: { name, state: 'CREATED' },
    });
    expect(await engine.cli('inspect', '--format', '{{json .HostConfig.Binds}}', name)).toBe(
      JSON.stringify([`${site}:/site:ro`]),
    );
  });

  it('attaches to its output and starts it, and no byte is missed', async () => {
    const attached = await mutate('containerAttachStart', 'ContainerAttachStartInput', 'session { id }', {
      ref: name,
      stdin: false,
    });
    expect(attached).toMatchObject(fine);
    output = readOutput(gateway.url, 'containerAttach', { session: textAt(attached, 'session', 'id') });
    const started = await mutate('containerStart', 'ContainerStartInput', shown, { ref: name });
    expect(started).toMatchObject({ ...fine, container: { state: 'RUNNING' } });
    expect(await output.until('serving\n')).toBe('serving\n');
    expect(await ask(started)).toBe('served from a bind\n');
  });

  it('kills it, which its output tells too', async () => {
    expect(await mutate('containerKill', 'ContainerKillInput', shown, { ref: name })).toMatchObject(fine);
    const { stdout, ending } = await output.rest();
    expect(stdout.toString()).toBe('serving\n');
    expect(ending).toMatchObject({ exitCode: 137 });
    await output.leave();
    expect(await engine.cli('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name)).toBe(
      'exited 137',
    );
  });

  it('removes it', async () => {
    expect(await mutate('containerRemove', 'ContainerRemoveInput', 'removedId', { ref: name })).toMatchObject(
      { ...fine, removedId: expect.any(String) },
    );
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=^/${name}$`)).toBe('');
  });

  it('is one mutation for whoever wants it at once', async () => {
    await engine.cli('rmi', image);
    const ran = await mutate('containerRun', 'ContainerRunInput', shown, containerOf(`${prefix}run`));
    expect(ran).toMatchObject({ ...fine, container: { state: 'RUNNING' } });
    expect(await ask(ran)).toBe('served from a bind\n');
    expect(
      await mutate('containerRemove', 'ContainerRemoveInput', 'removedId', {
        ref: `${prefix}run`,
        force: true,
      }),
    ).toMatchObject(fine);
    await engine.cli('rmi', image);
  });
});
