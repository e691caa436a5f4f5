/** Things come and go on an Engine, fast. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineAccess } from '../../support/engine-access.ts';
import { textAt } from '../../support/json.ts';

export interface Producers {
  /** Begins nothing new; resolves when all that was begun is done. */
  pause(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
}

/** One call over connections that are kept; its JSON, or undefined where the Engine is away or refuses. */
function caller({ socketPath, apiVersion }: EngineAccess) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      const raw = body === undefined ? undefined : JSON.stringify(body);
      const headers = raw === undefined ? {} : { 'content-type': 'application/json' };
      const fail = () => resolve(undefined);
      const sent = request(
        { socketPath, agent, method, path: `/v${apiVersion}${path}`, headers, timeout: 20_000 },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('error', fail);
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            if ((response.statusCode ?? 500) >= 400) resolve(undefined);
            else resolve(text.startsWith('{') ? JSON.parse(text) : {});
          });
        },
      );
      sent.on('error', fail).on('timeout', () => sent.destroy());
      sent.end(raw);
    });
  return { call, close: () => agent.destroy() };
}

/**
 * Makes and removes volumes, networks and containers, several at once, until it is stopped. What fails while the Engine
 * is away is tried again, and what a restart leaves behind stays.
 */
export function startProducers(engine: EngineAccess, prefix: string): Producers {
  const { call, close } = caller(engine);
  let gate: Promise<void> | undefined;
  let open = (): void => {};
  let isStopped = false;
  let busy = 0;
  let idle = (): void => {};

  const volume = async (name: string) => {
    if (await call('POST', '/volumes/create', { Name: name })) await call('DELETE', `/volumes/${name}`);
    else await delay(50);
  };
  const network = async (name: string) => {
    const made = await call('POST', '/networks/create', { Name: name, Driver: 'bridge', Internal: true });
    if (made) await call('DELETE', `/networks/${textAt(made, 'Id')}`);
    else await delay(50);
  };
  const container = async (name: string) => {
    const made = await call('POST', `/containers/create?name=${name}`, {
      Image: 'busybox',
      Cmd: ['sleep', '1000'],
      StopTimeout: 1,
      HostConfig: { NetworkMode: 'none' },
    });
    const id = textAt(made, 'Id');
    if (id === '') return delay(50);
    await call('POST', `/containers/${id}/start`);
    await call('POST', `/containers/${id}/pause`);
    await call('POST', `/containers/${id}/unpause`);
    await call('POST', `/containers/${id}/rename?name=${name}-renamed`);
    await call('DELETE', `/containers/${id}?force=1`);
  };

  const worker = async (index: number, work: (name: string) => Promise<void>): Promise<void> => {
    for (let count = 0; !isStopped; count++) {
      await gate;
      if (isStopped) return;
      busy++;
      await work(`${prefix}w${index}-${count}`);
      busy--;
      if (busy === 0) idle();
    }
  };
  const workers = [volume, volume, volume, volume, network, container, container].map((work, index) =>
    worker(index, work),
  );

  return {
    async pause() {
      gate ??= new Promise((resolve) => {
        open = resolve;
      });
      if (busy > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
    },
    resume() {
      gate = undefined;
      open();
    },
    async stop() {
      isStopped = true;
      this.resume();
      await Promise.all(workers);
      close();
    },
  };
}
