import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { listAt } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const idOf = (digit: string) => digit.repeat(64);
const digits = ['a', 'b', 'c'];

async function behind(): Promise<{ readonly engine: FakeEngine; readonly gateway: RunningGateway }> {
  const engine = await startFakeEngine({
    handlers: {
      'GET /containers/json': ({ query }) => {
        const only = listAt(JSON.parse(query.get('filters') ?? '{}'), 'id');
        return digits
          .filter((digit) => only.length === 0 || only.includes(idOf(digit)))
          .map((digit) => ({
            Id: idOf(digit),
            Names: [`/${digit}`],
            ...(query.get('size') === '1' && { SizeRw: 7, SizeRootFs: 70 }),
          }));
      },
    },
  });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

const walks = (engine: FakeEngine) =>
  engine.requests.filter(({ query }) => query.get('size') === '1').map(({ query }) => query.get('filters'));

const size = { size: { writable: 7, total: 70 } };

describe('the sizes of a list', () => {
  it('are one walk over all of it', async () => {
    const { engine, gateway } = await behind();
    expect(await gateway.data('{ containers { nodes { size { writable total } } } }')).toEqual({
      containers: { nodes: digits.map(() => size) },
    });
    expect(walks(engine)).toEqual([null]);
  });

  it('of a page are a walk over no more than that page', async () => {
    const { engine, gateway } = await behind();
    expect(await gateway.data('{ containers(first: 1) { nodes { size { writable total } } } }')).toEqual({
      containers: { nodes: [size] },
    });
    expect(walks(engine)).toEqual([JSON.stringify({ id: [idOf('a')] })]);
  });

  it('of a filtered list are a walk over no more than what it found', async () => {
    const { engine, gateway } = await behind();
    const filter = JSON.stringify({ ids: [idOf('b')] }).replace('"ids"', 'ids');
    expect(
      await gateway.data(`{ containers(filter: ${filter}) { nodes { size { writable total } } } }`),
    ).toEqual({ containers: { nodes: [size] } });
    expect(walks(engine)).toEqual([JSON.stringify({ id: [idOf('b')] })]);
  });
});
