import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareApi } from '../../src/engine/version.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const isNew = compareApi(engine.apiVersion, '1.48') >= 0;
const key = 'net.ipv4.conf.eth0.log_martians';
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
});
afterAll(() => gateway?.close());

async function create(name: string, more: object): Promise<unknown> {
  const data = await gateway.data(
    `mutation ($input: ContainerRunInput!) { containerRun(input: $input) {
      changed container { state } userErrors { __typename code message path } } }`,
    { input: { name: `${prefix}${name}`, image: 'busybox', command: ['sleep', '60'], ...more } },
  );
  return at(data, 'containerRun');
}
const martians = (name: string) =>
  engine.cli('exec', `${prefix}${name}`, 'cat', '/proc/sys/net/ipv4/conf/eth0/log_martians');

/** What holds from API 1.48 on, where the Engine itself would fail. */
const refused = {
  'is refused typed, with what to give instead': async () => {
    const body = { Image: 'busybox', HostConfig: { Sysctls: { [key]: '1' } } };
    const { status } = await engine.rest('POST', `/containers/create?name=${prefix}raw`, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(await create('refused', { sysctls: [{ key, value: '1' }] })).toEqual({
      changed: false,
      container: null,
      userErrors: [
        {
          __typename: 'ApiVersionError',
          code: 'API_VERSION_UNSUPPORTED',
          message: expect.stringContaining('value: "net.ipv4.conf.IFNAME.log_martians=1"'),
          path: ['input', 'sysctls', '0'],
        },
      ],
    });
  },
  'is set by what is to be given instead': async () => {
    const driverOptions = [
      { key: 'com.docker.network.endpoint.sysctls', value: 'net.ipv4.conf.IFNAME.log_martians=1' },
    ];
    expect(await create('option', { networks: [{ network: 'bridge', driverOptions }] })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    expect(await martians('option')).toBe('1');
  },
};
/** What holds below that. */
const taken = {
  'is set': async () => {
    expect(await create('plain', { sysctls: [{ key, value: '1' }] })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    expect(await martians('plain')).toBe('1');
  },
};

describe(`a kernel parameter of eth0, on API ${engine.apiVersion}`, () => {
  it.each(Object.entries(isNew ? refused : taken))('%s', async (_title, prove) => {
    expect.hasAssertions();
    await prove();
  });
});
