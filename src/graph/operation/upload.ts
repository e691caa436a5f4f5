/** Operations that wait for bytes, which a client sends to an address of their own. */
import { GraphQLError } from 'graphql';
import type { Context } from '../../context.ts';
import { unlessAborted } from '../../engine/call-signal.ts';
import type { Content } from '../../engine/content.ts';
import type { ErrorCode } from '../../errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { Reporter } from '../../long-work/live-work.ts';
import type { Started } from '../../long-work/long-work.ts';
import type { WorkKind, WorkResult } from '../../long-work/work.ts';
import type { Transfer } from '../../transfers/transfers.ts';
import { encodeNodeId } from '../kit/node-id.ts';
import { explain } from '../mutation/explain.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import type { UserErrorModel } from '../mutation/user-error-kinds.ts';
import { archiveTypes, offerUpload } from '../transfer/transfer.ts';

interface UploadWork<Result extends WorkResult> {
  readonly kind: WorkKind;
  readonly subject?: string | undefined;
  /** What the transfer is called in the log. */
  readonly what: string;
  /** Does it with the bytes as they come. The scope ends when the operation has to. */
  readonly run: (scope: EngineScope, content: Content, reporter: Reporter) => Promise<Result>;
  /** What the client that sent the bytes is told in the end, beside the operation. */
  readonly told: (result: Result) => object;
  /** Whether its progress is that of the bytes, and not told by `run`; true if left out. */
  readonly countsBytes?: boolean;
}

const uploadError = (message: string, cause?: unknown): TypedFailure =>
  new TypedFailure({ kind: 'UploadError', message }, cause);

/** The same bytes, counted, and with a failure that says what broke off. */
function counted({ type, body, length }: Content, reporter: Pick<Reporter, 'progress'>): Content {
  let received = 0;
  return {
    type,
    length,
    body: {
      [Symbol.asyncIterator]: () => {
        const bytes = body[Symbol.asyncIterator]();
        return {
          async next() {
            try {
              const item = await bytes.next();
              if (!item.done) received += item.value.length;
              reporter.progress(received, length ?? null);
              return item;
            } catch (error) {
              const why = error instanceof Error ? ` ${error.message}` : '';
              throw uploadError(`The upload broke off, and nothing was made of it.${why}`, error);
            }
          },
          return: async () => (await bytes.return?.()) ?? { done: true, value: undefined },
        };
      },
    },
  };
}

/** What an expected failure is called where it is an answer to the upload. */
function codeOf({ kind }: UserErrorModel): ErrorCode {
  switch (kind) {
    case 'ArchiveError':
    case 'InvalidInputError':
    case 'DockerfileError':
    case 'BuildContextError':
    case 'BuildSessionError':
      return 'BAD_USER_INPUT';
    case 'BuildFailedError':
      return 'ENGINE_REJECTED';
    case 'OperationCanceledError':
    case 'ConflictError':
    case 'NameInUseError':
      return 'CONFLICT';
    case 'ForbiddenError':
      return 'FORBIDDEN';
    default:
      return 'ENGINE_ERROR';
  }
}

/**
 * Begins an operation that waits for an upload, and hands out the address for that. It begins with the first byte; the
 * request that sends the bytes is answered when it ends, with `{ data: { operation, bytes, … } }`.
 *
 * @throws GraphQLError where too many addresses wait to be used, WorkRefused
 */
export function startWithUpload<Result extends WorkResult>(
  context: Context,
  scope: EngineScope,
  { kind, subject, what, run, told, countsBytes = true }: UploadWork<Result>,
): { readonly started: Started<Result>; readonly upload: Transfer } {
  let arrive: (content: Content) => void = () => {};
  let giveUp: (error: unknown) => void = () => {};
  const arrival = new Promise<Content>((resolve, reject) => {
    arrive = resolve;
    giveUp = reject;
  });
  // An operation that was canceled does not look at it any more.
  arrival.catch(() => {});
  let begun: Started<Result> | undefined;

  const upload = offerUpload(context, {
    what,
    accepts: archiveTypes,
    receive: async (body, { length }) => {
      if (!begun) return undefined;
      const operation = encodeNodeId({ type: 'Operation', engine: scope.name, key: begun.work.key });
      arrive({ type: 'application/x-tar', body, length });
      try {
        return { operation, ...told(await begun.outcome) };
      } catch (error) {
        const explained = explain(error, { scope });
        if (!explained) throw error;
        throw new GraphQLError(explained.message, { extensions: { code: codeOf(explained), operation } });
      }
    },
    onUnused: () =>
      giveUp(uploadError('Nobody sent the bytes while the address for them was good. Ask for a new one.')),
  });
  try {
    begun = context.longWork.start({
      engine: scope.name,
      kind,
      subject,
      waitsForUpload: true,
      run: async (reporter, signal) => {
        // Of an address that has been used nothing is left to take back.
        signal.addEventListener('abort', upload.revoke, { once: true });
        const content = await unlessAborted(arrival, signal);
        reporter.began();
        const counter = countsBytes ? reporter : { progress: () => {} };
        return run(scope.lasting(signal), counted(content, counter), reporter);
      },
    });
  } catch (error) {
    upload.revoke();
    throw error;
  }
  return { started: begun, upload };
}
