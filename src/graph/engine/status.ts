/** Whether an engine can be worked with, told without ever failing. */
import { EngineError } from '../../engine/errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { builder } from '../builder.ts';

type Status = 'CONNECTED' | 'UNREACHABLE' | 'UNSUPPORTED';

export interface StatusModel {
  readonly status: Status;
  readonly reason: string | null;
}

export const EngineStatus = builder.enumType('EngineStatus', {
  description: 'Whether this gateway can work with an Engine.',
  values: {
    CONNECTED: { description: 'The Engine answers.' },
    UNREACHABLE: { description: 'The Engine does not answer, or not in time.' },
    UNSUPPORTED: { description: 'The Engine answers, and its API is too old for this gateway.' },
  } as const,
});

/** Asks for a sign of life (`GET /_ping`), as what an idle connection last heard may be long out of date. */
export async function statusOf(scope: EngineScope): Promise<StatusModel> {
  try {
    await scope.loaders.system.ping();
    return { status: 'CONNECTED', reason: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    // An Engine that says no is there.
    if (error.kind === 'response') return { status: 'CONNECTED', reason: null };
    return { status: error.kind === 'unsupported' ? 'UNSUPPORTED' : 'UNREACHABLE', reason: error.message };
  }
}
