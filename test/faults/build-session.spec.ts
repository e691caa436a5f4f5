import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandlers } from '../support/fake-protocol.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at } from '../support/json.ts';

const built = `${JSON.stringify({ id: 'moby.image.id', aux: { ID: `sha256:${'a'.repeat(64)}` } })}\r\n`;
let fake: FakeEngine;
let gateway: RunningGateway;
async function start(handlers: FakeHandlers): Promise<void> {
  fake = await startFakeEngine({
    handlers: {
      'POST /build': (_request, reply) =>
        reply.stream(
          (async function* () {
            yield built;
          })(),
        ),
      ...handlers,
    },
  });
  gateway = await startGateway({ host: fake.host });
}
afterEach(async () => {
  await gateway.close();
  await fake.close();
});

const build = async (rest: object = {}): Promise<unknown> => {
  const data = await gateway.data(
    'mutation ($input: ImageBuildInput!) { imageBuild(input: $input) { changed userErrors { __typename message } } }',
    { input: { context: { dockerfile: 'FROM scratch' }, builder: 'BUILDKIT', ...rest } },
  );
  return at(data, 'imageBuild');
};
/** Reads to the end, as a daemon does; a server of Node's would leave its own side open. */
async function ended(socket: Socket): Promise<void> {
  socket.resume();
  await once(socket, 'end');
  socket.destroy();
}

const secrets = [{ id: 'x', value: 'canary' }];

describe('an Engine that opens no session for a build', () => {
  const refusing: FakeHandlers = { 'POST /session': (_request, reply) => reply.fail(403, 'not here') };

  it('builds without one what needs none', async () => {
    await start(refusing);
    expect(await build()).toEqual({ changed: true, userErrors: [] });
    const sent = fake.requests.find(({ path }) => path === '/build');
    expect(sent?.query.has('session')).toBe(false);
  });

  it('is not sent a build that has secrets or credentials for it', async () => {
    await start(refusing);
    const auth = [{ registry: 'r.example', auth: { username: 'u', password: 'canary' } }];
    for (const rest of [{ secrets }, { auth }]) {
      const answer = await build(rest);
      expect(answer).toMatchObject({ changed: false, userErrors: [{ __typename: 'BuildSessionError' }] });
      expect(JSON.stringify(answer)).not.toContain('canary');
    }
    expect(fake.requests.filter(({ path }) => path === '/build')).toEqual([]);
  });
});

describe('a session of a build', () => {
  it('ends with the build, and its secrets are in no request', async () => {
    let isGone = false;
    let headers: unknown;
    await start({
      'POST /session': async (request, reply) => {
        ({ headers } = request);
        reply.raw('HTTP/1.1 101 UPGRADED\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n');
        await ended(reply.socket);
        isGone = true;
      },
    });
    expect(await build({ secrets })).toEqual({ changed: true, userErrors: [] });
    await expect.poll(() => isGone).toBe(true);
    const id = at(headers, 'x-docker-expose-session-uuid');
    expect(fake.requests.find(({ path }) => path === '/build')?.query.get('session')).toBe(id);
    expect(String(at(headers, 'x-docker-expose-session-grpc-method'))).toContain(
      '/moby.buildkit.secrets.v1.Secrets/GetSecret',
    );
    expect(JSON.stringify(fake.requests.map(({ url, headers: each }) => [url, each]))).not.toContain(
      'canary',
    );
  });

  it('ends with the gateway, though the build goes on', async () => {
    let end: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      end = resolve;
    });
    await start({
      'POST /session': async (_request, reply) => {
        reply.raw('HTTP/1.1 101 UPGRADED\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n');
        await ended(reply.socket);
        end();
      },
      'POST /build': () => new Promise(() => undefined),
      'POST /build/cancel': () => ({}),
    });
    const building = build({ secrets }).catch(() => undefined);
    await fake.received('POST /build');
    await gateway.close();
    await gone;
    await building;
  });
});
