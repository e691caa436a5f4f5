import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import { toGraphQLError } from '../../src/errors.ts';
import { createErrorMask, formatError } from '../../src/plugins/public-errors.ts';
import { createLogSink, type RunningGateway, startGateway } from '../server/stub.ts';

describe('errors of operations', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('nobody expected are masked with the request ID, and logged under it with their stack', async () => {
    const { status, headers, body } = await gateway.ask('{ unexpected hello }');
    const requestId = headers.get('x-request-id');

    expect(status).toBe(200);
    expect(body).toEqual({
      data: { unexpected: null, hello: 'Hello world' },
      errors: [
        {
          message: 'Unexpected error.',
          path: ['unexpected'],
          locations: [{ line: 1, column: 3 }],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
        },
      ],
    });
    const lines = gateway.log.filter(({ msg }) => msg === 'Unexpected error');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      requestId,
      path: 'unexpected',
      err: { message: 'secret of /var/lib/somewhere', stack: expect.stringContaining('stub.ts') },
    });
  });

  it('that were expected keep their message, code and place', async () => {
    const { body } = await gateway.ask('{ expected }');
    expect(body.errors).toMatchObject([
      { message: 'No such container: web', path: ['expected'], extensions: { code: 'NOT_FOUND' } },
    ]);
  });

  it('in variables say which one and why, as errors of the request', async () => {
    const { status, body } = await gateway.ask('query Q($n: Int!) { big(bytes: $n) }', {
      variables: { n: 'many' },
      headers: { accept: 'application/graphql-response+json' },
    });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toContain('Variable "$n" got invalid value "many"');
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(body).not.toHaveProperty('data');
  });

  it('in the query text have a code, and nothing of the HTTP layer', async () => {
    for (const [query, code] of [
      ['{', 'GRAPHQL_PARSE_FAILED'],
      ['{ nonsense }', 'GRAPHQL_VALIDATION_FAILED'],
      ['query A { hello } query B { hello }', 'OPERATION_RESOLUTION_FAILURE'],
    ] as const) {
      const { body } = await gateway.ask(query);
      expect([query, body.errors?.[0]?.extensions]).toEqual([query, { code }]);
    }
  });
});

describe('errors in the making of a context', () => {
  it('fail the operation, masked', async () => {
    await using gateway = await startGateway(
      {},
      {
        context: () => {
          throw new Error('secret');
        },
      },
    );
    const { body } = await gateway.ask('{ hello }');
    expect(body.errors).toMatchObject([
      { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });
});

describe('the mask', () => {
  const where = { requestId: 'r-1' };

  it('gives an Engine error its public form, in its place', () => {
    const { logger, lines } = createLogSink();
    const mask = createErrorMask(toGraphQLError, logger);
    const failure = new EngineError({
      kind: 'response',
      route: 'GET /containers/{id}/json',
      status: 409,
      message: 'conflict',
      cause: new Error('unix:///var/run/docker.sock'),
    });
    const masked = mask(new GraphQLError(failure.message, { path: ['a', 0], originalError: failure }), where);

    expect(masked.toJSON()).toMatchObject({
      message: 'conflict',
      path: ['a', 0],
      extensions: { code: 'CONFLICT' },
    });
    expect(masked.originalError).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('does nothing more to an error that has passed before', () => {
    const { logger, lines } = createLogSink();
    const mask = createErrorMask(() => undefined, logger);
    const once = mask(new Error('secret'), where);

    expect(mask(once, where)).toBe(once);
    expect(lines).toHaveLength(1);
  });

  it('masks what is no error at all', () => {
    const { logger } = createLogSink();
    const mask = createErrorMask(toGraphQLError, logger);
    for (const thrown of ['secret', null, undefined, { secret: true }, 7]) {
      expect(mask(thrown, where).message).toBe('Unexpected error.');
    }
  });

  it('shows clients nothing that is meant for HTTP', () => {
    const error = new GraphQLError('x', { extensions: { code: 'A', http: { status: 400 } } });
    expect(formatError(error)).toEqual({ message: 'x', extensions: { code: 'A' } });
    expect(formatError(new GraphQLError('x', { extensions: { http: { status: 400 } } }))).toEqual({
      message: 'x',
    });
  });
});
