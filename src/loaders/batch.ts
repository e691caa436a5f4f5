/** How keys become calls. The Engine has hardly any batch endpoint, so this is where reads stay cheap. */
import DataLoader from 'dataloader';
import { EngineError } from '../engine/errors.ts';

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The call's answer, or null where the daemon says that the object is not there. Any other failure stays one. */
export const orNull = <Value>(call: Promise<Value>): Promise<Value | null> =>
  call.catch((error: unknown) => {
    if (error instanceof EngineError && error.kind === 'response' && error.status === 404) return null;
    throw error;
  });

/** There is no batch inspect: each key is asked for once, in parallel up to the pool's size, and fails alone. */
export const each = <Value>(load: (key: string) => Promise<Value>): DataLoader<string, Value> =>
  new DataLoader<string, Value>((keys) => Promise.all(keys.map((key) => load(key).catch(asError))), {
    maxBatchSize: Number.POSITIVE_INFINITY,
  });

/** Several keys answered by one call of `load`; a key it lacks is null: the object went away, which is no error. */
export const batched = <Value>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): DataLoader<string, Value | null> =>
  new DataLoader<string, Value | null>(async (keys) => {
    const found = await load(keys);
    return keys.map((key) => found.get(key) ?? null);
  });

/** Asked for at most once. */
export function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => {
    asked ??= load();
    return asked;
  };
}

/** Asked for at most once for each distinct argument. */
export function onceFor<Argument, Value>(
  load: (argument: Argument) => Promise<Value>,
): (argument: Argument) => Promise<Value> {
  const asked = new Map<string, Promise<Value>>();
  return (argument) => {
    const key = JSON.stringify(argument);
    const known = asked.get(key) ?? load(argument);
    asked.set(key, known);
    return known;
  };
}
