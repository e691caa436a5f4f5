import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';
import { CredentialError } from '../../../src/engine/registry/credential-error.ts';
import { createRegistryMemory, type RegistryMemorySettings } from '../../../src/engine/registry/memory.ts';

const route = 'GET /distribution/{name}/json' as const;
const refusing = (status: number, message: string) =>
  new EngineError({ kind: 'response', route, status, message });
const tooMany = refusing(500, 'toomanyrequests: You have reached your pull rate limit');

interface Asked {
  readonly name: string;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** A memory over an Engine that answers when it is told to, with a clock that goes on when it is told to. */
function memory(
  settings: Partial<RegistryMemorySettings> = {},
  credentials?: () => Promise<string | undefined>,
) {
  const asked: Asked[] = [];
  let time = 1_000_000;
  const call = (_row: unknown, params: unknown) =>
    new Promise((answer, fail) => {
      const { name } = params as { readonly name: string };
      asked.push({ name, answer, fail });
    });
  const made = createRegistryMemory(
    // The spec's own Engine knows one operation, so it needs no types for all.
    // Only the one call that is used: a whole client is of no interest here.
    { call: call as never },
    { headerFor: credentials ?? (async () => undefined) },
    { ageMs: 60_000, failureAgeMs: 20_000, ...settings },
    () => time,
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...made,
    asked,
    settled,
    pass: (ms: number) => {
      time += ms;
    },
    /** Asks, and has it answered. */
    answered: async (reference: string, how: (one: Asked) => void, options = {}) => {
      const before = asked.length;
      const look = made.look(reference, options);
      look.catch(() => undefined);
      await settled();
      const one = asked[before];
      if (one) how(one);
      return look;
    },
  };
}

const found = ({ answer }: Asked) => answer({ Descriptor: { digest: 'sha256:1' } });
const failing = (error: unknown) => (one: Asked) => one.fail(error);

describe('what a registry said', () => {
  it('is remembered under every spelling of the name, until it is too old', async () => {
    const { answered, asked, pass } = memory();
    expect(await answered('nginx', found)).toMatchObject({ state: 'found', calls: 1 });
    for (const spelling of [
      'nginx:latest',
      'docker.io/library/nginx',
      'index.docker.io/library/nginx:latest',
    ]) {
      expect(await answered(spelling, found)).toMatchObject({ state: 'found', calls: 0 });
    }
    pass(59_999);
    expect(await answered('nginx', found)).toMatchObject({ calls: 0, checkedAt: new Date(1_000_000) });
    pass(1);
    expect(await answered('nginx', found)).toMatchObject({ calls: 1, checkedAt: new Date(1_060_000) });
    expect(asked.map(({ name }) => name)).toEqual([
      'docker.io/library/nginx:latest',
      'docker.io/library/nginx:latest',
    ]);
  });

  it('is asked for once though many wish for it at the same time', async () => {
    const { look, asked, settled } = memory();
    const looks = ['a/b', 'a/b:latest', 'a/b'].map((reference) => look(reference));
    await settled();
    expect(asked).toHaveLength(1);
    asked.forEach(found);
    expect((await Promise.all(looks)).map(({ calls }) => calls)).toEqual([1, 0, 0]);
  });

  it('is asked for again where somebody wishes it, but not twice within ten seconds', async () => {
    const { answered, pass } = memory();
    const refresh = { refresh: true };
    await answered('a/b', found);
    expect(await answered('a/b', found, refresh)).toMatchObject({ calls: 0 });
    pass(10_000);
    expect(await answered('a/b', found, refresh)).toMatchObject({ calls: 1 });
    expect(await answered('a/b', found, refresh)).toMatchObject({ calls: 0 });
  });

  it('is forgotten at once where it is not to be remembered', async () => {
    const { answered, asked } = memory({ ageMs: 0, failureAgeMs: 0 });
    await answered('a/b', found);
    await answered('a/b', failing(tooMany));
    await answered('a/b', found);
    expect(asked).toHaveLength(3);
  });

  it('goes on being asked for when who asked first has left, and is of use to the next', async () => {
    const { look, asked, settled } = memory();
    const client = new AbortController();
    const left = look('a/b', { signal: client.signal });
    await settled();
    const stayed = look('a/b');
    client.abort();
    await expect(left).rejects.toMatchObject({ kind: 'cancelled' });
    asked.forEach(found);
    expect(await stayed).toMatchObject({ state: 'found', calls: 0 });
    expect(asked).toHaveLength(1);
  });
});

describe('a failure', () => {
  it('of one name is remembered for a shorter time, and says nothing of others', async () => {
    const { answered, asked, pass } = memory();
    const missing = failing(refusing(404, 'manifest unknown: manifest unknown'));
    expect(await answered('r.example/a', missing)).toMatchObject({ state: 'missing', calls: 1 });
    expect(await answered('r.example/a', found)).toMatchObject({ state: 'missing', calls: 0 });
    expect(await answered('r.example/b', found)).toMatchObject({ state: 'found', calls: 1 });
    pass(20_000);
    expect(await answered('r.example/a', found)).toMatchObject({ state: 'found', calls: 1 });
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['rate_limited', tooMany],
    ['unreachable', refusing(500, 'Get "https://r.example/v2/": dial tcp: lookup r.example: no such host')],
    [
      'unreachable',
      new EngineError({ kind: 'timeout', route, message: 'The Engine did not answer in time.' }),
    ],
  ])('that concerns a whole registry (%s) keeps it from being asked for anything', async (why, error) => {
    const { answered, asked, pass, usage } = memory();
    expect(await answered('r.example/a', failing(error))).toMatchObject({ state: 'failed', why, calls: 1 });
    expect(await answered('r.example/b', found)).toMatchObject({ state: 'failed', why, calls: 0 });
    expect(await answered('other.example/b', found)).toMatchObject({ state: 'found', calls: 1 });
    expect(usage()).toEqual([
      { domain: 'r.example', calls: 1, spared: 0, failures: 1, pausedUntil: new Date(1_020_000) },
      { domain: 'other.example', calls: 1, spared: 0, failures: 0, pausedUntil: undefined },
    ]);
    expect(await answered('r.example/c', found, { refresh: true })).toMatchObject({
      state: 'failed',
      calls: 0,
    });
    pass(10_000);
    expect(await answered('r.example/c', found, { refresh: true })).toMatchObject({ state: 'found' });
    pass(10_000);
    expect(await answered('r.example/b', found)).toMatchObject({ state: 'found', calls: 1 });
    expect(asked).toHaveLength(4);
  });

  it('that concerns a whole registry ends what waits for its turn there', async () => {
    const { look, asked, settled } = memory();
    const looks = Array.from({ length: 50 }, (_, index) => look(`r.example/app${index}`, { refresh: true }));
    await settled();
    expect(asked).toHaveLength(8);
    for (const { fail } of asked) fail(tooMany);
    const answers = await Promise.all(looks);
    expect(answers.map(({ state }) => state)).toEqual(Array.from({ length: 50 }, () => 'failed'));
    expect(asked).toHaveLength(8);
  });

  it("of the Engine's own is thrown, and not remembered", async () => {
    const { answered } = memory();
    const away = new EngineError({ kind: 'unavailable', route, message: 'The Engine cannot be reached.' });
    await expect(answered('a/b', failing(away))).rejects.toBe(away);
    expect(await answered('a/b', found)).toMatchObject({ state: 'found', calls: 1 });
  });

  it('to have the credentials asks nobody', async () => {
    const { answered, asked } = memory({}, async () => {
      throw new CredentialError('They are gone.', 'Log in.');
    });
    expect(await answered('a/b', found)).toMatchObject({ state: 'failed', why: 'unauthorized', calls: 0 });
    expect(asked).toHaveLength(0);
  });
});

describe('credentials of one user', () => {
  it('get an answer of their own, which nobody else is given', async () => {
    const { answered, asked } = memory();
    const auth = { username: 'me', password: 'secret' };
    await answered('a/b', failing(refusing(401, 'unauthorized: authentication required')));
    expect(await answered('a/b', found, { auth })).toMatchObject({ state: 'found', calls: 1 });
    expect(await answered('a/b', found)).toMatchObject({ state: 'failed', calls: 0 });
    expect(asked).toHaveLength(2);
  });
});
