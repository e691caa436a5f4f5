/** Errors as clients may see them. */
import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** Maps an error to its public form, or gives undefined for one that nobody expected. */
export type ToGraphQLError = (error: unknown) => GraphQLError | undefined;

interface Where {
  readonly requestId: string;
}

const located = (error: unknown): GraphQLError | undefined =>
  error instanceof GraphQLError ? error : undefined;

/** A fault in the request itself, which graphql-js found before any field was resolved: a variable, a literal. */
const isRequestError = ({ path, extensions }: GraphQLError): boolean =>
  path === undefined && extensions['code'] === undefined;

const asRequestError = {
  code: 'BAD_USER_INPUT' satisfies ErrorCode,
  http: { status: 400, spec: true },
} as const;

const rebuilt = (
  source: GraphQLError | undefined,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): GraphQLError =>
  new GraphQLError(message, {
    nodes: source?.nodes ?? null,
    source: source?.source ?? null,
    positions: source?.positions ?? null,
    path: source?.path ?? null,
    extensions,
  });

/** What graphql-js says of a variable quotes it, and with it the credentials in it. What is wrong is said all the same. */
function withoutCredentials(message: string): string {
  const [, beginning] =
    /^(Variable "\$\w+" got )invalid value .*\b(?:auth|password|secrets|\w+Token)\b/s.exec(message) ?? [];
  if (beginning === undefined) return message;
  const [reason = ''] = /; Field "\w+" (?:is not defined by|of required) [^;]*$/.exec(message) ?? [];
  const [place = ''] = / at "[\w.]+"(?=; )/.exec(message) ?? [];
  return `${beginning}an invalid value${place}, not repeated here as it has to do with credentials${reason || '.'}`;
}

/**
 * Makes the function that every error passes on its way out. What nobody expected becomes "Unexpected error." with the
 * request ID, under which the log has it with its stack. Passing twice changes and logs nothing more.
 */
export function createErrorMask(toGraphQLError: ToGraphQLError, logger: Logger) {
  const passed = new WeakSet<Error>();
  const pass = (error: GraphQLError): GraphQLError => {
    passed.add(error);
    return error;
  };
  return (error: unknown, { requestId }: Where): GraphQLError => {
    const own = located(error);
    if (own && passed.has(own)) return own;
    const known = toGraphQLError(error);
    if (known) {
      const extensions = isRequestError(known)
        ? { ...known.extensions, ...asRequestError }
        : known.extensions;
      return pass(rebuilt(own ?? known, withoutCredentials(known.message), extensions));
    }
    const cause = own?.originalError ?? error;
    logger.error({ err: cause, requestId, path: own?.path?.join('.') }, 'Unexpected error');
    return pass(
      rebuilt(own, 'Unexpected error.', { code: 'INTERNAL_SERVER_ERROR' satisfies ErrorCode, requestId }),
    );
  };
}

export type ErrorMask = ReturnType<typeof createErrorMask>;

/** An error as JSON, without what is meant for the HTTP layer alone. */
export function formatError(error: GraphQLError): ReturnType<GraphQLError['toJSON']> {
  const { extensions, ...rest } = error.toJSON();
  const { http: _, ...shown } = extensions ?? {};
  return { ...rest, ...(Object.keys(shown).length > 0 && { extensions: shown }) };
}
