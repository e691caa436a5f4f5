import { afterEach, describe, expect, it } from 'vitest';
import { startFakeEngine } from '../support/fake-engine.ts';
import { startGateway } from '../support/gateway.ts';
import { listAt, textAt } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const compose = (number: string, more: Record<string, string> = {}) => ({
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': 'web',
  'com.docker.compose.container-number': number,
  ...more,
});

const containers = [
  {
    Id: 'a'.repeat(64),
    Names: ['/shop-web-1'],
    Labels: compose('1', { 'com.docker.compose.oneoff': 'False' }),
  },
  { Id: 'b'.repeat(64), Names: ['/shop-web-2'], Labels: compose('2') },
  {
    Id: 'c'.repeat(64),
    Names: ['/shop-web-run-1f0'],
    Labels: compose('1', { 'com.docker.compose.oneoff': 'True' }),
  },
  { Id: 'd'.repeat(64), Names: ['/alone'], Labels: {} },
];

describe('the stable key of a container', () => {
  it('is the place in its project, but for what `docker compose run` made beside that place', async () => {
    const engine = await startFakeEngine({ handlers: { 'GET /containers/json': () => containers } });
    const gateway = await startGateway({ host: engine.host });
    opened.push(gateway, engine);
    const data = await gateway.data('{ containers { nodes { name stableKey } } }');
    const keys = listAt(data, 'containers', 'nodes').map((node) => textAt(node, 'stableKey'));
    expect(keys).toEqual([
      'default/name/alone',
      'default/compose/shop/web/1',
      'default/compose/shop/web/2',
      'default/name/shop-web-run-1f0',
    ]);
  });
});
