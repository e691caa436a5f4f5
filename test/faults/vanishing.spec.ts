import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngineOptions, startFakeEngine } from '../support/fake-engine.ts';
import { startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

const idOf = (digit: string) => digit.repeat(64);
const summary = (digit: string) => ({
  Id: idOf(digit),
  Names: ['/web'],
  State: 'running',
  ImageID: 'sha256:0',
});
const details = (digit: string) => ({
  Id: idOf(digit),
  Name: '/web',
  State: { Status: 'running', Running: true },
});

async function behind(handlers: NonNullable<FakeEngineOptions['handlers']>) {
  const engine = await startFakeEngine({ handlers });
  const gateway = await startGateway({ host: engine.host });
  opened.push(gateway, engine);
  return { engine, gateway };
}

describe('a container that goes between two calls', () => {
  it('costs its list nothing but what only inspect knows, without an error', async () => {
    const { gateway } = await behind({
      'GET /containers/json': () => [summary('a')],
      'GET /containers/{id}/json': (_request, { fail }) => fail(404, 'No such container'),
    });
    expect(await gateway.query('{ containers { nodes { name exitCode } } }')).toMatchObject({
      data: { containers: { nodes: [{ name: 'web', exitCode: null }] } },
      errors: [],
    });
  });

  it('is null for whoever asks for it alone', async () => {
    const { gateway } = await behind({
      'GET /containers/json': () => [],
      'GET /containers/{id}/json': (_request, { fail }) => fail(404, 'No such container: web'),
    });
    expect(await gateway.query('{ container(ref: "web") { name exitCode } }')).toMatchObject({
      data: { container: null },
      errors: [],
    });
  });
});

describe('a name that changes hands between the look-up and the act', () => {
  it('leaves its new owner alone: the act is on the ID that was found', async () => {
    let owner = 'a';
    const { engine, gateway } = await behind({
      'GET /containers/json': () => [summary(owner)],
      'GET /containers/{id}/json': ({ params }, { fail }) => {
        const { id } = params;
        if (id !== 'web' && id !== idOf(owner)) return fail(404, `No such container: ${id}`);
        const found = details(owner);
        // From here on the name is another's.
        owner = 'b';
        return found;
      },
      'POST /containers/{id}/stop': ({ params }, { fail, response }) => {
        const { id } = params;
        if (id === idOf(owner) || id === 'web') return void response.writeHead(204).end();
        return fail(404, `No such container: ${id}`);
      },
    });
    const data = await gateway.data(
      'mutation { containerStop(input: { ref: "web" }) { changed userErrors { __typename } } }',
    );
    expect(at(data, 'containerStop')).toEqual({
      changed: false,
      userErrors: [{ __typename: 'NotFoundError' }],
    });
    const acts = engine.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
    expect(acts).toEqual([`/containers/${idOf('a')}/stop`]);
  });
});
