import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import type { Greeting } from '../../src/engine/version.ts';
import { buildAuths } from '../../src/graph/image/build/auths.ts';
import { buildContext } from '../../src/graph/image/build/context.ts';
import { buildFailure } from '../../src/graph/image/build/failure.ts';
import { type BuildWish, buildParams, checkBuild, chosenBuilder } from '../../src/graph/image/build/input.ts';
import { remoteContext } from '../../src/graph/image/build/remote.ts';
import { inside } from '../../src/graph/mutation/input-error.ts';
import { TypedFailure } from '../../src/graph/mutation/typed-failure.ts';

const place = { api: '', path: ['input'] };
const wish = (rest: Partial<BuildWish> = {}): BuildWish => ({
  context: { dockerfile: 'FROM scratch\n' },
  ...rest,
});
const greeting = (rest: Partial<Greeting> = {}): Greeting => ({
  api: '1.45',
  daemonApi: '1.45',
  product: 'DOCKER',
  podmanVersion: null,
  swarm: null,
  osType: 'linux',
  experimental: false,
  builderVersion: '2',
  ...rest,
});

describe('the builder', () => {
  it.each([
    [undefined, '2', 'BUILDKIT'],
    [undefined, '1', 'CLASSIC'],
    [undefined, null, 'CLASSIC'],
    ['BUILDKIT', null, 'BUILDKIT'],
    ['CLASSIC', '2', 'CLASSIC'],
  ] as const)('that is wished as %s where the Engine says %s is %s', (builder, builderVersion, who) => {
    expect(chosenBuilder(wish({ builder }), greeting({ builderVersion }), place)).toBe(who);
  });

  it('is not BuildKit on Podman', () => {
    expect(() =>
      chosenBuilder(wish({ builder: 'BUILDKIT' }), greeting({ product: 'PODMAN' }), place),
    ).toThrow(/`builder` cannot be BUILDKIT.*Podman/);
  });
});

describe('what BuildKit would leave out in silence', () => {
  it.each<[string, Partial<BuildWish>]>([
    ['squash', { squash: true }],
    ['memory', { memory: 1e9 }],
    ['memorySwap', { memorySwap: -1 }],
    ['cpuShares', { cpuShares: 2 }],
    ['cpusetCpus', { cpusetCpus: '0' }],
    ['cgroupParent', { cgroupParent: '/x' }],
    ['forceRemoveContainers', { forceRemoveContainers: true }],
    ['registryToken', { auth: [{ registry: 'r.example', auth: { registryToken: 't' } }] }],
    ['networkMode', { networkMode: 'bridge' }],
  ])('is refused: %s', (field, given) => {
    const make = (who: 'BUILDKIT' | 'CLASSIC') => () =>
      buildParams(wish(given), who, greeting({ experimental: true }), place);
    expect(make('BUILDKIT')).toThrow(new RegExp(`\`(?:\\w+\\.)*${field}\` `));
    expect(make('CLASSIC')).not.toThrow();
  });

  it.each<[string, Partial<BuildWish>]>([
    ['shmSize', { shmSize: 1e8 }],
    ['ulimits', { ulimits: [{ name: 'nofile', soft: 5 }] }],
  ])('is refused below the API that has it: %s', (field, given) => {
    const make = (api: string, who: 'BUILDKIT' | 'CLASSIC') => () =>
      buildParams(wish(given), who, greeting({ api }), place);
    expect(make('1.41', 'BUILDKIT')).toThrow(new RegExp(`\`${field}\` needs API 1.42`));
    expect(make('1.42', 'BUILDKIT')).not.toThrow();
    expect(make('1.41', 'CLASSIC')).not.toThrow();
  });
});

describe('the query', () => {
  it('has everything that was asked for, as the Engine takes it', () => {
    const params = buildParams(
      wish({
        tags: ['a:1', 'b'],
        dockerfile: 'd/D',
        target: 't',
        platform: 'linux/arm64',
        buildArgs: [{ key: '__proto__', value: 'x' }, { key: 'EMPTY' }],
        labels: [{ key: 'l', value: 'v' }],
        cacheFrom: ['c:1'],
        extraHosts: ['h=10.0.0.1', 'i:host-gateway'],
        networkMode: 'none',
        shmSize: 67_108_864n,
        ulimits: [{ name: 'nofile', soft: 9_007_199_254_740_993n, hard: -1 }],
        pull: true,
        noCache: true,
      }),
      'CLASSIC',
      greeting(),
      place,
    );
    expect({ ...params, buildargs: Object.entries(params.buildargs ?? {}) }).toMatchObject({
      version: '1',
      t: ['a:1', 'b'],
      dockerfile: 'd/D',
      target: 't',
      platform: 'linux/arm64',
      buildargs: [
        ['__proto__', 'x'],
        ['EMPTY', ''],
      ],
      labels: { l: 'v' },
      cachefrom: '["c:1"]',
      extrahosts: ['h:10.0.0.1', 'i:host-gateway'],
      networkmode: 'none',
      shmsize: 67_108_864n,
      ulimits: '[{"Name":"nofile","Soft":9007199254740993,"Hard":-1}]',
      pull: true,
      nocache: true,
      rm: true,
    });
  });

  it.each<[string, Partial<BuildWish>, RegExp]>([
    ['a name', { tags: ['ok', 'Bad//'] }, /`tags\.1` cannot be "Bad\/\/"/],
    ['a name with a digest', { tags: [`a@sha256:${'0'.repeat(64)}`] }, /`tags\.0`/],
    ['a build argument', { buildArgs: [{ key: 'A=B', value: 'c' }] }, /`buildArgs\.0\.key`/],
    ['a label', { labels: [{ key: '', value: 'c' }] }, /`labels\.0\.key`/],
    ['a path that leads out', { dockerfile: '../Dockerfile' }, /`dockerfile` cannot be/],
    ['an absolute path', { dockerfile: '/etc/passwd' }, /`dockerfile` cannot be/],
    ['a host', { extraHosts: ['nothing'] }, /`extraHosts\.0`/],
    ['a wait for an upload', { context: { upload: true }, wait: true }, /`wait` cannot be true/],
  ])('is not made of %s that cannot be', (_title, given, message) => {
    expect(() => checkBuild(wish(given), place)).toThrow(message);
  });

  it('is not made of more than the Engine reads', () => {
    const buildArgs = [{ key: 'A', value: 'x'.repeat(900_000) }];
    expect(() => buildParams(wish({ buildArgs }), 'CLASSIC', greeting(), place)).toThrow(/too long/);
  });
});

describe('credentials', () => {
  const auth = { username: 'u', password: 'p' };

  it('are for the registries that they are given for', () => {
    const given = [
      { registry: 'localhost:5000', auth },
      { registry: 'docker.io', auth: { identityToken: 't' } },
    ];
    expect([...buildAuths(given, inside(place, 'auth'))]).toEqual([
      ['localhost:5000', auth],
      ['docker.io', { identityToken: 't' }],
    ]);
  });

  it.each([
    ['https://localhost:5000', /`auth\.0\.registry` cannot be/],
    ['nohost', /`auth\.0\.registry` cannot be/],
    ['localhost:5000/team', /`auth\.0\.registry` cannot be/],
  ])('are for no such registry: %s', (registry, message) => {
    expect(() => buildAuths([{ registry, auth }], inside(place, 'auth'))).toThrow(message);
  });
});

async function membersOf(archive: Buffer): Promise<unknown[]> {
  const members: unknown[] = [];
  const reader = extract();
  reader.end(archive);
  for await (const entry of reader) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
    const { name, mode, type } = entry.header;
    members.push({ name, mode, type, text: Buffer.concat(chunks).toString() });
  }
  return members;
}

describe('a context', () => {
  const make = (context: BuildWish['context'], dockerfile?: string) =>
    buildContext(context, dockerfile, [], { api: '', path: ['input', 'context'] });

  it('of files is an archive of them, with long names too', async () => {
    const long = `${'directory/'.repeat(30)}file`;
    const made = await make({
      files: [
        { path: 'Dockerfile', text: 'FROM scratch\n' },
        { path: long, base64: 'aGk=', executable: true },
        { path: 'empty', text: '' },
      ],
    });
    if (made.kind !== 'archive') throw new Error('no archive');
    expect(await membersOf(made.archive)).toEqual([
      { name: 'Dockerfile', mode: 0o644, type: 'file', text: 'FROM scratch\n' },
      { name: long, mode: 0o755, type: 'file', text: 'hi' },
      { name: 'empty', mode: 0o644, type: 'file', text: '' },
    ]);
  });

  it.each<[string, BuildWish['context'], RegExp]>([
    ['none', {}, /exactly one .* there is none/],
    ['upload: false alone', { upload: false }, /there is none/],
    ['two', { upload: true, dockerfile: 'x' }, /there are `upload` and `dockerfile`/],
    ['no file', { files: [] }, /`context\.files` cannot be empty/],
    ['a path that leads out', { files: [{ path: 'a/../../b', text: '' }] }, /`context\.files\.0\.path`/],
    ['an absolute path', { files: [{ path: '/a', text: '' }] }, /`context\.files\.0\.path`/],
    [
      'a path twice',
      {
        files: [
          { path: 'a', text: '' },
          { path: 'a', text: '' },
        ],
      },
      /second time/,
    ],
    [
      'a file in a file',
      {
        files: [
          { path: 'a/b', text: '' },
          { path: 'a', text: '' },
        ],
      },
      /"a" is a file, which cannot hold others/,
    ],
    ['no content', { files: [{ path: 'a' }] }, /`text` or `base64`/],
    ['both contents', { files: [{ path: 'a', text: '', base64: '' }] }, /one of the two/],
    ['no base64', { files: [{ path: 'a', base64: '%' }] }, /`context\.files\.0\.base64` is no base64/],
    ['a remote that is off', { remote: 'https://git.example.org/a.git' }, /DOCKGRAPH_BUILD_REMOTES/],
  ])('that is wrong is refused: %s', async (_title, context, message) => {
    await expect(make(context)).rejects.toThrow(message);
  });

  it('of a Dockerfile alone has no other path for it', async () => {
    await expect(make({ dockerfile: 'FROM scratch' }, 'other')).rejects.toThrow(/leave out the path/);
  });
});

describe('a remote context', () => {
  const at = { api: '', path: ['input', 'context', 'remote'] };
  const allowed = ['https://git.example.org/team', 'git://127.0.0.1:9418'];

  it.each([
    'https://git.example.org/team/app.git',
    'https://git.example.org/team/app.git#v1.2:docker/web',
    'https://git.example.org/team',
    'git://127.0.0.1:9418/app.git#main',
  ])('is allowed: %s', (address) => {
    expect(remoteContext(address, allowed, at)).toBe(address);
    expect(remoteContext(address, ['*'], at)).toBe(address);
  });

  it.each([
    'https://git.example.org/teammate/app.git',
    'https://git.example.org/team/../other/app.git',
    'https://git.example.org/team/./app.git',
    'https://git.example.org:444/team/app.git',
    'http://git.example.org/team/app.git',
    'https://git.example.org.evil.example/team/app.git',
    'https://git.example.org/other#/team',
    'git://127.0.0.1:94180/app.git',
  ])('is none of those allowed: %s', (address) => {
    expect(() => remoteContext(address, allowed, at)).toThrow(/`context\.remote` /);
  });

  it.each([
    'https://git.example.org@evil.example/team/app.git',
    'https://user:password@git.example.org/team/app.git',
    'https://git.example.org\\@evil.example/team',
    'https://git.example.org/team/%2e%2e/app.git',
    'https://git.example.org/team/app.git?x=1',
    'https://git.example.org/team/app.git#--upload-pack=x',
    'https://git.example.org/team/app.git#main:../..',
    'https://git.example.org/team//app.git',
    'https://git.example.org/team/app.git\nx',
    'file:///etc/passwd',
    'ssh://git@git.example.org/team/app.git',
    'git@git.example.org:team/app.git',
    'github.com/team/app',
    'client-session',
    'upload-request',
    '-',
    '',
  ])('has no such form, whatever is allowed: %j', (address) => {
    expect(() => remoteContext(address, ['*'], at)).toThrow(/is no address that can be used/);
  });
});

describe('a sentence of a builder', () => {
  const kindOf = (message: string, name = '[2/2] RUN x'): unknown => {
    const error = new EngineError({ kind: 'response', route: 'POST /build', message });
    const step = { id: '1', name, state: 'FAILED', startedAt: null, finishedAt: null } as const;
    const typed = buildFailure(error, step);
    return typed instanceof TypedFailure ? typed.userError : typed;
  };

  it.each([
    ["The command '/bin/sh -c exit 7' returned a non-zero code: 7", 7],
    ['executor failed running [/bin/sh -c x]: exit code: 137', 137],
    ['process "/bin/sh -c x" did not complete successfully: exit code: 1', 1],
    // Whatever a command says, it is the command that failed.
    ["The command '/bin/sh -c echo no space left on device' returned a non-zero code: 2", 2],
    [
      'process "/bin/sh -c echo dockerfile parse error line 3" did not complete successfully: exit code: 9',
      9,
    ],
  ])('that a command failed: %s', (message, exitCode) => {
    expect(kindOf(message)).toMatchObject({ kind: 'BuildFailedError', exitCode, step: '[2/2] RUN x' });
  });

  it.each([
    ['write /x: no space left on device', 'NoSpaceError'],
    ['dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)', 'DockerfileError'],
    ['failed to read dockerfile: open Dockerfile: no such file or directory', 'DockerfileError'],
    ['unexpected EOF', 'ArchiveError'],
    ['failed to load cache key: failed to fetch remote git://h/x.git: exit status 128', 'BuildContextError'],
    ['unauthorized: authentication required', 'RegistryUnauthorizedError'],
    ['manifest for h/base:1x not found: manifest unknown: manifest unknown', 'ImageNotFoundError'],
    ['failed to resolve reference "h/base:1": h/base:1: not found', 'ImageNotFoundError'],
    ['h/b:1: failed to resolve source metadata for h/b:1: h/b:1: not found', 'ImageNotFoundError'],
    ['Get "https://h/v2/": dial tcp: lookup h: no such host', 'RegistryError'],
    ['network mode "bridge" not supported by buildkit', 'InvalidInputError'],
    ['something that nobody has seen', 'BuildFailedError'],
  ])('is typed: %s', (message, kind) => {
    expect(kindOf(message)).toMatchObject({ kind });
  });

  it('tells a private base image from a secret', () => {
    expect(kindOf('x: no active sessions', '[internal] load metadata for h/base:1')).toMatchObject({
      kind: 'RegistryUnauthorizedError',
      message: expect.stringMatching(/^h\/base:1 wants a login.*imagePull/),
    });
    expect(kindOf('no active sessions')).toMatchObject({ kind: 'BuildSessionError' });
    for (const message of ['secret x not found: not found', 'failed to solve: secret x: not found']) {
      expect(kindOf(message)).toMatchObject({
        kind: 'BuildSessionError',
        message: expect.stringContaining('secret "x"'),
      });
    }
  });

  it('does not show where the Engine keeps its files', () => {
    const message =
      'failed to walk /var/lib/docker/tmp/buildkit-mount123/src: lstat /var/lib/docker/tmp/buildkit-mount123/src: no such file or directory';
    expect(kindOf(message)).toMatchObject({
      kind: 'BuildContextError',
      file: 'src',
      message: 'failed to walk /src: lstat /src: no such file or directory',
    });
  });
});
