/* oxlint-disable vitest/no-conditional-expect -- an Engine of an older API has to refuse what a newer one does */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { rest } from '../support/rest.ts';

/** What few ask the Engine for, and what the ledger says can be asked for. */
const engine = sharedEngine();
const prefix = ownPrefix(engine);
const box = `${prefix}box`;

const has = (version: string): boolean => compareApi(engine.apiVersion, version) >= 0;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
  await engine.cli('run', '--detach', '--tty', '--name', box, 'busybox', 'sleep', '3600');
});
afterAll(() => gateway.close());

describe('an image on one platform', () => {
  const query = `query ($platform: String!) { image(ref: "busybox") {
    onPlatform(platform: $platform) { platform { os architecture } config { command: cmd } history { createdBy } } } }`;
  const native = async (): Promise<string> =>
    (await engine.cli('image', 'inspect', 'busybox', '--format', '{{.Os}}/{{.Architecture}}')).trim();

  it('is what the Engine inspects of that platform, where it can', async () => {
    const platform = await native();
    const { data, errors } = await gateway.query(query, { platform });
    if (!has('1.49')) {
      expect(errors).toMatchObject([{ code: 'API_VERSION_UNSUPPORTED' }]);
      return;
    }
    const [os, architecture] = platform.split('/');
    expect(errors).toEqual([]);
    expect(at(data, 'image', 'onPlatform', 'platform')).toEqual({ os, architecture });
    const history = (
      await engine.cli('history', '--no-trunc', '--format', '{{.CreatedBy}}', 'busybox')
    ).trim();
    expect(listAt(data, 'image', 'onPlatform', 'history').map((each) => textAt(each, 'createdBy'))).toEqual(
      history.split('\n'),
    );
  });

  it('is null where the Engine has nothing for it', async () => {
    const { data, errors } = await gateway.query(query, { platform: 'linux/s390x' });
    if (has('1.49')) expect([at(data, 'image', 'onPlatform'), errors]).toEqual([null, []]);
    else expect(errors).toMatchObject([{ code: 'API_VERSION_UNSUPPORTED' }]);
  });
});

describe('the stats of a container, measured once', () => {
  it('have nothing to compare with', async () => {
    const data = await gateway.data(
      `query ($ref: ID!) { container(ref: $ref) { stats(oneShot: true) { readAt cpuPercent memoryUsage } } }`,
      { ref: box },
    );
    expect(at(data, 'container', 'stats')).toMatchObject({ cpuPercent: null });
    expect(textAt(data, 'container', 'stats', 'readAt')).not.toBe('');
  });
});

describe('a command that is prepared', () => {
  it('attaches to what was asked for', async () => {
    const data = await gateway.data(
      `mutation ($ref: ID!) { execCreate(input: { ref: $ref, command: ["true"], stdin: false, stdout: false }) {
        exec { dockerId openStdin openStdout openStderr } userErrors { message } } }`,
      { ref: box },
    );
    expect(at(data, 'execCreate')).toMatchObject({
      exec: { openStdin: false, openStdout: false, openStderr: true },
      userErrors: [],
    });
  });

  it('has no size without a terminal', async () => {
    const data = await gateway.data(
      `mutation ($ref: ID!) { execCreate(input: { ref: $ref, command: ["true"], size: { columns: 80, rows: 24 } }) {
        exec { id } userErrors { code path } } }`,
      { ref: box },
    );
    expect(at(data, 'execCreate', 'userErrors')).toMatchObject([{ path: ['input', 'size'] }]);
  });

  it('has the size that it was made with', async () => {
    const data = await gateway.data(
      `mutation ($ref: ID!) { execCreate(input: { ref: $ref, command: ["stty", "size"], tty: true, size: { columns: 91, rows: 33 } }) {
        exec { dockerId } userErrors { __typename } } }`,
      { ref: box },
    );
    if (!has('1.42')) {
      expect(at(data, 'execCreate', 'userErrors')).toMatchObject([{ __typename: 'ApiVersionError' }]);
      return;
    }
    const id = textAt(data, 'execCreate', 'exec', 'dockerId');
    const answer = await rest(engine.socketPath, 'POST', `/exec/${id}/start`, { body: { Tty: true } });
    expect(answer.text()).toContain('33 91');
  });
});

describe('a commit', () => {
  it('can say all that an image can say', async () => {
    const name = `${prefix}committed`;
    const data = await gateway.data(
      `mutation ($input: ContainerCommitInput!) { containerCommit(input: $input) { changed userErrors { message } } }`,
      { input: { ref: box, name, config: { onBuild: ['RUN true'], shell: ['/bin/ash', '-c'] } } },
    );
    expect(at(data, 'containerCommit')).toEqual({ changed: true, userErrors: [] });
    const [image] = listAt(JSON.parse(await engine.cli('image', 'inspect', name)));
    expect(at(image, 'Config', 'Shell')).toEqual(['/bin/ash', '-c']);
    await engine.cli('image', 'rm', name);
  });
});

describe('images of one platform', () => {
  it('are removed by it only where the Engine can', async () => {
    const data = await gateway.data(
      `mutation { imageRemove(input: { ref: "busybox", platforms: ["linux/s390x"] }) { changed userErrors { __typename path } } }`,
    );
    expect(at(data, 'imageRemove', 'changed')).toBe(false);
    if (!has('1.50')) {
      expect(at(data, 'imageRemove', 'userErrors')).toEqual([
        { __typename: 'ApiVersionError', path: ['input', 'platforms'] },
      ]);
    }
    expect((await engine.cli('image', 'ls', '--quiet', 'busybox')).trim()).not.toBe('');
  });
});

describe('an update of a container', () => {
  it('leaves what the waivers of the ledger name as it is', async () => {
    const name = `${prefix}kept`;
    await engine.cli('create', '--name', name, 'busybox');
    const inspect = async (): Promise<unknown> =>
      at(listAt(JSON.parse(await engine.cli('inspect', name)))[0], 'HostConfig');
    const before = await inspect();
    const body = {
      CgroupParent: '/elsewhere',
      BlkioWeightDevice: [{ Path: '/dev/null', Weight: 100 }],
      BlkioDeviceReadBps: [{ Path: '/dev/null', Rate: 1000 }],
      BlkioDeviceWriteIOps: [{ Path: '/dev/null', Rate: 1000 }],
      Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/x', CgroupPermissions: 'rwm' }],
      DeviceCgroupRules: ['c 13:* rwm'],
      MemorySwappiness: 50,
      OomKillDisable: true,
      Init: true,
      Ulimits: [{ Name: 'nofile', Soft: 10, Hard: 20 }],
    };
    const answer = await rest(engine.socketPath, 'POST', `/containers/${name}/update`, { body });
    expect(answer.status).toBe(200);
    expect(await inspect()).toEqual(before);
  });
});
