import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type RunningGateway, startGateway } from './stub.ts';
import { openClient, terminateClients } from './ws-client.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  terminateClients();
  await gateway.close();
});

const repeat = (text: string, times: number): string => Array.from({ length: times }, () => text).join(' ');
const deep = (levels: number): string => `{${repeat('nested{', levels - 1)}name${'}'.repeat(levels)}`;
const chain = (length: number): string =>
  Array.from({ length }, (_, i) => `fragment F${i} on Nested { nested { ...F${i + 1} ...F${i + 1} } }`).join(
    '\n',
  );

const offences = [
  ['too many bytes', `{ hello } # ${'x'.repeat(32_768)}`, 'LIMIT_QUERY_BYTES', 32_768],
  ['too many tokens', `{ ${repeat('hello', 2000)} }`, 'LIMIT_TOKENS', 2000],
  [
    'too many aliases',
    `{ ${Array.from({ length: 1000 }, (_, i) => `a${i}: hello`).join(' ')} }`,
    'LIMIT_TOKENS',
    2000,
  ],
  ['too many directives', `{ hello ${repeat('@skip(if: false)', 1000)} }`, 'LIMIT_TOKENS', 2000],
  ['a deep selection', deep(16), 'LIMIT_DEPTH', 15],
  ['a very deep selection', deep(2000), 'LIMIT_TOKENS', 2000],
  ['a very deep list', `{ hello(name: ${'['.repeat(10_000)}${']'.repeat(10_000)}) }`, 'LIMIT_TOKENS', 2000],
  [
    'depth hidden in fragments',
    `{ nested { ...F0 } } ${chain(20)} fragment F20 on Nested { name }`,
    'LIMIT_DEPTH',
    15,
  ],
  [
    'circles in the introspection',
    `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} } '.repeat(8)} } } }`,
    'LIMIT_DEPTH',
    15,
  ],
] as const;

const errorOf = ({ errors }: Answer) => errors?.[0];

/** Bytes in use after everything that can be forgotten is. */
function retained(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}

describe('a query beyond the limits', () => {
  it.each(offences)(
    'with %s is refused by POST, naming the limit and the value',
    async (_, query, code, limit) => {
      const begun = performance.now();
      const { status, body } = await gateway.ask(query);

      expect([status, errorOf(body)?.extensions]).toMatchObject([400, { code, limit }]);
      expect(errorOf(body)?.extensions?.['value']).toBeGreaterThan(limit);
      expect(errorOf(body)?.message).toContain(String(limit));
      expect(performance.now() - begun).toBeLessThan(500);
    },
  );

  it('is refused by GET and over a WebSocket with the same words', async () => {
    const client = await openClient(gateway.wsUrl);
    for (const [name, query, code] of offences) {
      const byPost = errorOf((await gateway.ask(query)).body);
      client.send({ id: name, type: 'subscribe', payload: { query } });
      expect(await client.next()).toEqual({ id: name, type: 'error', payload: [byPost] });
      if (query.length > 4000) continue;
      const response = await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`);
      expect([name, response.status, await response.json()]).toMatchObject([
        name,
        400,
        { errors: [{ extensions: { code } }] },
      ]);
    }
  });

  it('never reaches execution', () => {
    expect(gateway.stub.contexts).toEqual([]);
  });
});

describe('a query within the limits', () => {
  it('may be the whole introspection', async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      oneOf: true,
      schemaDescription: true,
      specifiedByUrl: true,
    });
    const { status, body } = await gateway.ask(query);
    expect([status, body.errors]).toEqual([200, undefined]);
  });

  it('may be as deep and as long as the limit', async () => {
    expect((await gateway.ask(deep(15))).status).toBe(200);
    const filled = '{ hello } #'.padEnd(32_768, 'x');
    expect((await gateway.ask(filled)).status).toBe(200);
  });

  it('gets no more than five validation errors and a word about the rest', async () => {
    const { body } = await gateway.ask(`{ ${Array.from({ length: 50 }, (_, i) => `wrong${i}`).join(' ')} }`);
    expect(body.errors).toHaveLength(6);
    expect(body.errors?.at(-1)?.message).toMatch(/Too many validation errors/);
  });

  it('of fragments that spread each other in a circle is told so', async () => {
    const { body } = await gateway.ask(
      '{ nested { ...A } } fragment A on Nested { ...B } fragment B on Nested { ...A }',
    );
    expect(errorOf(body)?.message).toContain('Cannot spread fragment');
  });

  it('leaves little behind, even when hundreds of the largest came', async () => {
    const filler = repeat('hello', 1900);
    const ask = (i: number) => gateway.ask(`query Q${i} { ${filler} }`.padEnd(32_000, ' '));
    for (let i = 0; i < 50; i += 1) await ask(i);
    const before = retained();
    for (let i = 50; i < 350; i += 1) await ask(i);

    // What the process holds back from the system for later is the runtime's affair, and differs between versions.
    expect((retained() - before) / 1024 ** 2).toBeLessThan(20);
  });
});
