import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { type SlowRegistry, startSlowRegistry } from '../support/slow-registry.ts';
import { makeBigImage } from './support/big-image.ts';
import { followOperation } from './support/operation-reader.ts';

let engine: PrivateEngine;
let registry: SlowRegistry;
let gateway: RunningGateway;
beforeAll(async () => {
  engine = await startPrivateEngine();
  [registry, gateway] = await Promise.all([
    startSlowRegistry(engine, 12_000_000),
    startGateway({ host: engine.host }),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await registry?.stop();
  await engine?.stop();
});

describe('an Engine that is killed in the middle of a pull', () => {
  it('ends the operation, of which nobody knows how far it came, and is not asked again', async () => {
    const reference = `${registry.address}/app:1`;
    await makeBigImage(engine, reference, [24_000_000]);
    await engine.cli('push', reference);
    await engine.cli('rmi', reference);
    const data = await gateway.data(
      'mutation ($r: String!) { imagePull(input: { reference: $r, wait: false }) { operation { id } } }',
      { r: reference },
    );
    const follower = followOperation(
      gateway.url,
      textAt(data, 'imagePull', 'operation', 'id'),
      'state progress { percent } error { __typename code message } image { id }',
    );
    await follower.until((state) => Number(at(state, 'progress', 'percent')) > 5);
    await engine.kill();
    const last = (await follower.rest()).at(-1);
    expect(last).toMatchObject({
      state: 'FAILED',
      image: null,
      error: { __typename: 'EngineFailedError', message: expect.stringMatching(/is not known: look before/) },
    });
    const received = await registry.received();
    await engine.start();
    await expect
      .poll(async () => at(await gateway.query('{ engine { version { version } } }'), 'errors'), {
        timeout: 10_000,
      })
      .toEqual([]);
    const { data: now } = await gateway.query('{ operations { nodes { state } } images { totalCount } }');
    expect(listAt(now, 'operations', 'nodes')).toEqual([{ state: 'FAILED' }]);
    expect(at(now, 'images', 'totalCount')).toBe(0);
    // What was on the line may have come, and no more was asked for.
    expect((await registry.received()) - received).toBeLessThan(5_000_000);
    const again = await gateway.data(
      'mutation ($r: String!) { imagePull(input: { reference: $r }) { changed userErrors { message } } }',
      { r: reference },
    );
    expect(at(again, 'imagePull')).toEqual({ changed: true, userErrors: [] });
  });
});
