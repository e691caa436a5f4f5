import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certify } from '../engine/certificates.ts';
import { importBusybox } from '../support/busybox.ts';
import { startCountingProxy } from '../support/counting-proxy.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { documents, readOutput } from './support/session-bench.ts';

let engine: PrivateEngine;
beforeAll(async () => {
  engine = await startPrivateEngine();
  await importBusybox(engine);
  await engine.cli(
    'run',
    '--detach',
    '--name',
    'box',
    '--restart',
    'always',
    '--stop-timeout',
    '0',
    'busybox',
    'sleep',
    '3600',
  );
});
afterAll(() => engine?.stop());

async function ask(
  gateway: RunningGateway,
  document: keyof typeof documents,
  input: object,
): Promise<unknown> {
  const data = await gateway.data(documents[document], { input });
  return Object.values(data ?? {})[0];
}

async function start(gateway: RunningGateway, command: readonly string[]): Promise<string> {
  const exec = textAt(await ask(gateway, 'create', { ref: 'box', command }), 'exec', 'dockerId');
  return textAt(await ask(gateway, 'start', { ref: exec }), 'session', 'id');
}

/** Speaks TLS before the Engine's socket, and passes each end of a side on by itself, as the Engine does. */
async function startTlsDoor() {
  const ca = certify('Test CA');
  const server = certify('127.0.0.1', ca);
  const client = certify('client', ca);
  const directory = mkdtempSync(join(tmpdir(), 'dockgraph-tls-'));
  for (const [name, text] of [
    ['ca.pem', ca.cert],
    ['cert.pem', client.cert],
    ['key.pem', client.key],
  ] as const) {
    writeFileSync(join(directory, name), text);
  }
  const door = createServer(
    {
      ca: ca.cert,
      cert: server.cert,
      key: server.key,
      requestCert: true,
      rejectUnauthorized: true,
      allowHalfOpen: true,
    },
    (outer) => {
      const inner = connect({ path: engine.socketPath, allowHalfOpen: true });
      outer.pipe(inner).pipe(outer);
      for (const [one, other] of [
        [outer, inner],
        [inner, outer],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
      }
    },
  );
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const { port } = door.address() as AddressInfo;
  return {
    host: `tcp://127.0.0.1:${port}`,
    environment: { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: directory },
    close: () => {
      rmSync(directory, { recursive: true });
      return new Promise((resolve) => door.close(resolve));
    },
  };
}

describe('a session over TLS', () => {
  it('ends its input and still gets all output', async () => {
    const door = await startTlsDoor();
    const gateway = await startGateway(door);
    try {
      const session = await start(gateway, ['sh', '-c', 'cat; echo over; exit 6']);
      const reader = readOutput(gateway.url, 'execOutput', { session });
      const all = Buffer.from(Array.from({ length: 256 * 1024 }, (_, index) => index % 256));
      await ask(gateway, 'input', { session, base64: all.toString('base64'), end: true });
      const { stdout, ending } = await reader.rest();
      expect(stdout.equals(Buffer.concat([all, Buffer.from('over\n')]))).toBe(true);
      expect(ending).toMatchObject({ reason: 'EXITED', exitCode: 6 });
    } finally {
      await gateway.close();
      await door.close();
    }
  });
});

describe('sessions of an Engine that is killed', () => {
  it('are lost without an exit code, and others can be opened when it is back', async () => {
    const proxy = await startCountingProxy(engine.socketPath);
    const gateway = await startGateway({ host: proxy.host });
    try {
      const session = await start(gateway, ['cat']);
      const exec = readOutput(gateway.url, 'execOutput', { session });
      await ask(gateway, 'input', { session, text: 'before' });
      await exec.until('before');
      const attached = readOutput(gateway.url, 'containerAttach', { ref: 'box' });
      await proxy.until((requests) =>
        requests.some(({ path, bytes }) => path.includes('/attach') && bytes > 0),
      );
      await engine.kill();
      expect((await exec.rest()).ending).toMatchObject({ reason: 'LOST', exitCode: null });
      expect((await attached.rest()).ending).toMatchObject({ reason: 'LOST', exitCode: null });
      expect(await ask(gateway, 'end', { session })).toMatchObject({ changed: false });
      await engine.start();
      await expect
        .poll(() => engine.cli('inspect', '--format', '{{.State.Running}}', 'box'), { timeout: 10_000 })
        .toBe('true');
      const again = await start(gateway, ['echo', 'back']);
      expect((await readOutput(gateway.url, 'execOutput', { session: again }).rest()).stdout.toString()).toBe(
        'back\n',
      );
    } finally {
      await gateway.close();
      await proxy.close();
    }
  });

  it('end when it is restarted in order, and say nothing that nobody knows', async () => {
    const proxy = await startCountingProxy(engine.socketPath);
    const gateway = await startGateway({ host: proxy.host });
    try {
      const session = await start(gateway, ['sleep', '3600']);
      const exec = readOutput(gateway.url, 'execOutput', { session });
      const attached = readOutput(gateway.url, 'containerAttach', { ref: 'box' });
      await proxy.until((requests) =>
        requests.some(({ path, bytes }) => path.includes('/attach') && bytes > 0),
      );
      const ends = Promise.all([exec.rest(), attached.rest()]);
      await engine.restart();
      const [ofExec, ofContainer] = await ends;
      // It ends containers before itself: who is quick still learns how.
      expect(ofExec.ending).toMatchObject({ reason: expect.stringMatching(/^(LOST|EXITED)$/) });
      expect(ofContainer.ending).toMatchObject({ reason: expect.stringMatching(/^(LOST|EXITED)$/) });
    } finally {
      await gateway.close();
      await proxy.close();
    }
  });
});
