/** Results as the text that leaves: made once for each result, however many get it. */
import type { ExecutionResult } from 'graphql';
import { formatError } from '../plugins/public-errors.ts';

type Result = Pick<ExecutionResult, 'errors'> & { readonly extensions?: Readonly<Record<string, unknown>> };

const kept = new WeakMap<object, Buffer>();

/** A result without what is meant for the HTTP layer alone. */
function shown({ errors, extensions, ...rest }: Result): object {
  const { http: _, ...others } = extensions ?? {};
  return {
    ...(errors && { errors: errors.map(formatError) }),
    ...rest,
    ...(Object.keys(others).length > 0 && { extensions: others }),
  };
}

/**
 * A result as JSON in UTF-8. Whoever gives the identical object to many viewers has it written once; so it must not be
 * changed after.
 */
export function payloadOf(result: Result): Buffer {
  const known = kept.get(result);
  if (known) return known;
  const payload = Buffer.from(JSON.stringify(shown(result)));
  kept.set(result, payload);
  return payload;
}
