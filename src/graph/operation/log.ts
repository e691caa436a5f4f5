/** Operations in the log, when they end: nobody may have waited for that. */
import { CredentialError } from '../../engine/registry/credential-error.ts';
import { toGraphQLError } from '../../errors.ts';
import { type Work, WorkCanceled } from '../../long-work/work.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';

interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const isExpected = (error: unknown): boolean =>
  error instanceof TypedFailure ||
  error instanceof CredentialError ||
  error instanceof WorkCanceled ||
  toGraphQLError(error) !== undefined;

/** One line for each, and the stack of what nobody expected. */
export const operationLog =
  (logger: Log) =>
  ({ key, engine, kind, subject, state, createdAt, startedAt, finishedAt, error }: Work): void => {
    const ms = (finishedAt ?? createdAt) - (startedAt ?? createdAt);
    const fields = { operation: key, engine, kind, subject, state, ms };
    if (error === null) logger.info(fields, 'operation ended');
    else if (isExpected(error)) {
      const failure = error instanceof Error ? error.message : 'unknown';
      logger.info({ ...fields, failure }, 'operation ended');
    } else logger.error({ ...fields, err: error }, 'operation ended');
  };
