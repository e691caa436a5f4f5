import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt } from '../support/json.ts';

const ids = ['a'.repeat(64), 'b'.repeat(64)];
const mounts = [{ Type: 'bind', Source: '/srv', Target: '/srv', BindOptions: { Propagation: 'rprivate' } }];
const inspected = (id: string) => ({ Id: id, Name: `/${id[0]}`, HostConfig: { Mounts: mounts } });

const handlers = {
  'GET /containers/json': () => ids.map((Id) => ({ Id, Names: [`/${Id[0]}`] })),
  'GET /containers/{id}/json': ({ params }: { params: Readonly<Record<string, string>> }) =>
    inspected(params['id'] ?? ''),
  'GET /info': () => ({ ID: 'x', Containerd: null }),
  'GET /images/json': () => [{ Id: `sha256:${ids[0]}`, RepoTags: ['a:1'], RepoDigests: [] }],
} as const;

let old: FakeEngine;
let gateway: RunningGateway;

beforeAll(async () => {
  old = await startFakeEngine({ apiVersion: '1.41', handlers });
  gateway = await startGateway({ host: old.host });
});
afterAll(async () => {
  await gateway.close();
  await old.close();
});

const warningsIn = (extensions: unknown) =>
  listAt(extensions, 'warnings').map((each) => [
    at(each, 'coordinate'),
    at(each, 'needs') ?? at(each, 'goneWith'),
  ]);

describe('a field that the API spoken with the Engine does not have', () => {
  it('is null, and a warning says which version it needs and where it is missing', async () => {
    const { data, errors, extensions } = await gateway.query(
      '{ engine { info { containerd { address } } } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ engine: { info: { containerd: null } } });
    expect(extensions).toEqual({
      warnings: [
        {
          message:
            '`EngineInfo.containerd` needs API 1.46 or newer, and the Engine "default" is spoken to in 1.41.',
          code: 'API_VERSION',
          coordinate: 'EngineInfo.containerd',
          path: ['engine', 'info', 'containerd'],
          needs: '1.46',
          has: '1.41',
          engine: 'default',
        },
      ],
    });
  });

  it('is warned of once, however many objects lack it', async () => {
    const { data, extensions } = await gateway.query(
      '{ containers { nodes { hostConfig { annotations { key } mounts { bindOptions { createMountpoint } } } } } }',
    );
    expect(listAt(data, 'containers', 'nodes')).toHaveLength(2);
    expect(warningsIn(extensions)).toEqual([
      ['HostConfig.annotations', '1.43'],
      ['MountBindOptions.createMountpoint', '1.42'],
    ]);
  });

  it('is not warned of where nobody selects it, or where nothing is there that could have it', async () => {
    const { extensions } = await gateway.query(
      '{ containers { nodes { name hostConfig { mounts { tmpfsOptions { options { key } } } } } } }',
    );
    expect(extensions).toBeUndefined();
  });

  it('is not asked for where that takes a call of its own', async () => {
    old.reset();
    const { data, extensions } = await gateway.query(
      '{ images { nodes { manifests { digest } sharedSize } } }',
    );
    expect(data).toEqual({ images: { nodes: [{ manifests: null, sharedSize: null }] } });
    expect(warningsIn(extensions)).toEqual([
      ['Image.manifests', '1.48'],
      ['Image.sharedSize', '1.42'],
    ]);
    expect(old.requests.map(({ path }) => path)).toEqual(['/images/json']);
  });

  it('is warned of beside the plan', async () => {
    const { extensions } = await gateway.query(
      '{ engine { info { containerd { address } } } }',
      {},
      {
        'x-dockgraph-plan': '1',
      },
    );
    expect(warningsIn(extensions)).toHaveLength(1);
    expect(at(extensions, 'plan', 'calls')).toHaveLength(1);
  });
});
