/** Where the events of a measurement come from. */
import { importBusybox } from '../../support/busybox.ts';
import { startFakeEngine } from '../../support/fake-engine.ts';
import { startPrivateEngine } from '../../support/private-engine.ts';

export interface Source {
  readonly host: string;
  readonly socketPath: string;
  /** Makes so many events, at once or as fast as they can be had. */
  cause(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Seven fields and three attributes, some 450 bytes: a container is renamed. */
function renamed(number: number): string {
  const timeNano = BigInt(Date.now()) * 1_000_000n + BigInt(number % 1_000_000);
  return (
    `{"status":"rename","Type":"container","Action":"rename","Actor":{"ID":"${'0123456789abcdef'.repeat(4)}",` +
    `"Attributes":{"image":"busybox","name":"bench-${number}","oldName":"/bench-${number - 1}"}},"scope":"local",` +
    `"time":${timeNano / 1_000_000_000n},"timeNano":${timeNano}}\n`
  );
}

/** An Engine that does nothing but tell of events, so that the server is what is measured. */
export async function syntheticSource(): Promise<Source> {
  const writers = new Set<(text: string) => void>();
  let number = 0;
  const engine = await startFakeEngine({
    handlers: {
      'GET /events': async (_request, { response, clientGone }) => {
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        const write = (text: string): void => void response.write(text);
        writers.add(write);
        await clientGone;
        writers.delete(write);
      },
    },
  });
  return {
    host: engine.host,
    socketPath: engine.socketPath,
    cause: async (count) => {
      const text = Array.from({ length: count }, () => renamed(++number)).join('');
      for (const write of writers) write(text);
    },
    close: () => engine.close(),
  };
}

/** A real Engine, on which a container is renamed again and again: some 3 ms each are its own. */
export async function realSource(): Promise<Source> {
  const engine = await startPrivateEngine();
  await importBusybox(engine);
  await engine.mustRest('POST', '/containers/create?name=bench-0', { body: { Image: 'busybox' } });
  let number = 0;
  return {
    host: engine.host,
    socketPath: engine.socketPath,
    cause: async (count) => {
      for (let done = 0; done < count; done += 1) {
        await engine.mustRest('POST', `/containers/bench-${number}/rename?name=bench-${number + 1}`);
        number += 1;
      }
    },
    close: () => engine.stop(),
  };
}
