/** What an Engine itself tells, without the gateway: the independent second opinion on events. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineAccess } from '../../support/engine-access.ts';
import { textAt } from '../../support/json.ts';

export interface RecordedEvent {
  /** By the Engine's clock. */
  readonly nanos: bigint;
  readonly type: string;
  readonly action: string;
  readonly actorId: string;
  /** Type, action, actor and time: the same for the same event, whoever tells it. */
  readonly text: string;
}

export const textOf = (nanos: bigint, type: string, action: string, actorId: string): string =>
  `${nanos} ${type} ${action} ${actorId}`;

export interface Recording {
  /** Each event once, in the order in which it came. */
  readonly events: readonly RecordedEvent[];
  stop(): void;
}

function recorded(line: string): RecordedEvent | undefined {
  const message: unknown = JSON.parse(line);
  // Not as a number: it has more digits than those hold.
  const digits = /"timeNano":(\d+)/.exec(line)?.[1];
  const [action = ''] = textAt(message, 'Action').split(': ');
  const [type, actorId] = [textAt(message, 'Type'), textAt(message, 'Actor', 'ID')];
  if (digits === undefined || type === '') return undefined;
  const nanos = BigInt(digits);
  return { nanos, type, action, actorId, text: textOf(nanos, type, action, actorId) };
}

/**
 * Records everything that the Engine at this socket tells, over restarts of it. Asks for what came since the last event
 * each time, and is back within milliseconds.
 */
export async function recordEvents(engine: EngineAccess): Promise<Recording> {
  const events: RecordedEvent[] = [];
  const seen = new Set<string>();
  let isStopped = false;
  let end = (): void => {};

  async function follow(): Promise<void> {
    const since = events.at(-1)?.nanos;
    const query = since === undefined ? '' : `?since=${since / 1_000_000_000n - 2n}`;
    const path = `/v${engine.apiVersion}/events${query}`;
    const call = request({ socketPath: engine.socketPath, path, agent: false });
    end = () => call.destroy();
    call.end();
    const [response] = await once(call, 'response');
    const lines = createInterface({ input: response });
    for (const source of [call, response, lines]) source.on('error', () => {});
    const closed = once(response, 'close');
    lines.on('line', (line) => {
      const event = recorded(line);
      // Events of one moment about one object differ in nothing that we compare, but for the other one involved.
      const key = `${event?.text} ${textAt(JSON.parse(line), 'Actor', 'Attributes', 'container')}`;
      if (!event || seen.has(key)) return;
      seen.add(key);
      events.push(event);
    });
    started?.();
    await closed;
  }

  let started: (() => void) | undefined;
  const first = new Promise<void>((resolve) => {
    started = resolve;
  });
  void (async () => {
    while (!isStopped) {
      await follow().catch(() => {});
      if (!isStopped) await delay(10);
    }
  })();
  await first;
  // The Engine subscribes a moment after it has sent its headers.
  await delay(50);
  return {
    events,
    stop() {
      isStopped = true;
      end();
    },
  };
}
