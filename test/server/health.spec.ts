import { describe, expect, it } from 'vitest';
import { createReadinessCheck } from '../../src/server/health.ts';
import { send } from './raw.ts';
import { startGateway } from './stub.ts';

describe('readiness', () => {
  it('says in a sentence what is missing, while health goes on being well', async () => {
    const detail = 'The Engine cannot be reached. Is the daemon running?';
    await using gateway = await startGateway({}, { ready: async () => ({ ok: false, detail }) });
    const ready = await send({ port: gateway.port, path: '/ready' });
    const health = await send({ port: gateway.port, path: '/health' });

    expect([ready.status, JSON.parse(ready.text)]).toEqual([503, { status: 'unavailable', detail }]);
    expect([health.status, JSON.parse(health.text)]).toEqual([200, { status: 'ok' }]);
  });

  it('is asked for once, however many probes come at the same time', async () => {
    let asked = 0;
    let answer: (readiness: { ok: boolean }) => void = () => {};
    const check = createReadinessCheck(() => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const probes = [check(), check(), check()];
    answer({ ok: true });

    expect(await Promise.all(probes)).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect(asked).toBe(1);
    const later = check();
    answer({ ok: false });
    expect(await later).toEqual({ ok: false });
    expect(asked).toBe(2);
  });

  it('does not wait for an Engine that hangs, and takes a failure to ask for a no', async () => {
    expect(await createReadinessCheck(() => new Promise(() => {}))()).toMatchObject({ ok: false });
    expect(await createReadinessCheck(() => Promise.reject(new Error('secret')))()).toEqual({
      ok: false,
      detail: 'The Engine could not be asked.',
    });
  });
});
