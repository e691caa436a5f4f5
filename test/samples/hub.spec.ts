import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEngineClient } from '../../src/engine/client.ts';
import { connect } from '../../src/engine/connect.ts';
import { createSampleHub, type SampleHub } from '../../src/samples/hub.ts';
import type { SampleViewer } from '../../src/samples/viewer.ts';
import { type FakeEngine, startFakeEngine } from '../support/fake-engine.ts';
import type { FakeHandler } from '../support/fake-protocol.ts';

const id = 'b'.repeat(64);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const sample = (second: number): string => `{"read":"2026-11-20T17:30:0${second}.5Z","pids_stats":{}}\n`;

async function hubOver(
  stats: FakeHandler,
  state: () => object | undefined = () => ({ Status: 'running', Running: true }),
): Promise<{ engine: FakeEngine; hub: SampleHub; viewer: SampleViewer }> {
  const engine = await startFakeEngine({
    handlers: {
      'GET /containers/{id}/json': (_request, { fail }) =>
        state() ? { Id: id, Name: '/x', State: state() } : fail(404, 'No such container'),
      'GET /containers/{id}/stats': stats,
    },
  });
  const endpoint = {
    name: 'default',
    source: 'the spec',
    named: true,
    url: engine.host,
    transport: { kind: 'unix', socketPath: engine.socketPath },
  } as const;
  const client = createEngineClient({ name: 'default', endpoint, connection: connect(endpoint) });
  const hub = createSampleHub(client, {
    patience: 200,
    backoff: { initial: 2, factor: 2, cap: 10, healthy: 10_000 },
  });
  const viewer = hub.watch([id], 0);
  closing.push(async () => {
    await viewer.return();
    hub.close();
    await client.close();
    await engine.close();
  });
  return { engine, hub, viewer };
}

async function readsOf(viewer: SampleViewer, count: number): Promise<(string | null | undefined)[]> {
  const reads: (string | null | undefined)[] = [];
  while (reads.length < count) {
    const { value, done } = await viewer.next();
    if (done) break;
    if (!value.ok) throw value.error;
    reads.push(value.frame.sample.read);
  }
  return reads;
}

const at = (second: number) => `2026-11-20T17:30:0${second}.5Z`;

describe('a stream of samples that breaks', () => {
  it.each([
    ['is cut', ''],
    ['is cut in the middle of a message', '{"read":"2026-'],
    ['turns into garbage', '<html>502</html>\n'],
  ])('because it %s is opened again, and its first sample has nothing to compare with', async (_, broken) => {
    let calls = 0;
    const { viewer } = await hubOver((_request, { response, cut }) => {
      calls++;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(sample(calls) + broken, () => {
        if (calls === 1) setTimeout(cut, 20);
      });
    });
    const { value: first } = await viewer.next();
    const { value: second } = await viewer.next();
    expect(first).toMatchObject({ ok: true, frame: { sample: { read: at(1) } } });
    expect(second).toMatchObject({ ok: true, frame: { sample: { read: at(2) } } });
    expect(second?.ok && second.frame.previous).toBeUndefined();
  });

  it('and never brings a sample again is an error, which names the reason', async () => {
    const { viewer } = await hubOver((_request, { cut }) => cut());
    await expect(readsOf(viewer, 1)).rejects.toMatchObject({ kind: 'protocol' });
  });

  it('is an error at once where the Engine refuses it', async () => {
    const { viewer, engine } = await hubOver((_request, { fail }) => fail(403, 'not for you'));
    await expect(readsOf(viewer, 1)).rejects.toMatchObject({ status: 403, message: 'not for you' });
    expect(engine.requests.filter(({ path }) => path.endsWith('/stats'))).toHaveLength(1);
  });

  it('is at its end when the container has gone', async () => {
    let state: object | undefined = { Status: 'running' };
    const { viewer } = await hubOver(
      (_request, { response }) => {
        state = undefined;
        response.writeHead(200).end(sample(1));
      },
      () => state,
    );
    expect(await readsOf(viewer, 5)).toEqual([at(1)]);
  });

  it('is left alone once nobody looks any more', async () => {
    const { viewer, engine } = await hubOver((_request, { cut }) => cut());
    const next = viewer.next();
    await vi.waitFor(() => expect(engine.requests.length).toBeGreaterThan(3));
    await viewer.return();
    expect(await next).toMatchObject({ done: true });
    const seen = engine.requests.length;
    // That nothing is asked any more has no event: several times the wait between two attempts.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(engine.requests.length).toBeLessThanOrEqual(seen + 1);
  });
});

describe('a container that is stopped', () => {
  it('gives nothing for the zeros that the Engine sends of it', async () => {
    const zeros = '{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}}}\n';
    const { viewer } = await hubOver((_request, { response }) => {
      response.writeHead(200).write(sample(1) + zeros + zeros);
      setTimeout(() => response.write(sample(4)), 50);
    });
    const { value: first } = await viewer.next();
    expect(first).toMatchObject({ ok: true });
    const { value } = await viewer.next();
    expect(value).toMatchObject({ ok: true, frame: { sample: { read: at(4) } } });
    expect(value?.ok && value.frame.previous).toBeUndefined();
  });
});
