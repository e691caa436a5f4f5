/** What can be seen of a piece of long work: plain data, never changed once given out. */

/** What is done. The graph's `OperationKind` is made of these: a new one needs a description there. */
export type WorkKind =
  | 'IMAGE_PULL'
  | 'IMAGE_PUSH'
  | 'IMAGE_BUILD'
  | 'IMAGE_LOAD'
  | 'IMAGE_IMPORT'
  | 'SERVICE_CONVERGE'
  | 'PLUGIN_INSTALL'
  | 'PLUGIN_UPGRADE'
  | 'PLUGIN_PUSH'
  | 'PLUGIN_CREATE';

/** The last three are ends. */
export type WorkState = 'WAITING_FOR_UPLOAD' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED';

/** `SKIPPED`: there was nothing to do. `CACHED`: it was done some other time. All but the first two are ends. */
export type StepState = 'WAITING' | 'RUNNING' | 'DONE' | 'SKIPPED' | 'CACHED' | 'FAILED' | 'CANCELED';

/** One of the parts that the work is made of: a layer, a step of a build. */
export interface WorkStep {
  /** Tells it from the other steps of the same work. */
  readonly id: string;
  /** For people, where the ID is not. */
  readonly name: string | null;
  /** What is being done to it, in words. */
  readonly status: string;
  readonly state: StepState;
  /** How much of what `status` says is done, and how much there is to do; null where that is not known. */
  readonly current: number | null;
  readonly total: number | null;
  /** RFC 3339, as are those of its end; null where that is not told. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** What somebody dislikes in what it was given, and does nonetheless. */
export interface WorkWarning {
  readonly message: string;
  readonly details: readonly string[];
  readonly url: string | null;
  /** Where in what it was given. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
}

/** All steps together. None of the three ever falls. */
export interface WorkProgress {
  readonly current: number;
  /** Null until all of it is known. */
  readonly total: number | null;
  /** 0 to 100, and 100 only once the work has succeeded; null while nobody can tell. */
  readonly percent: number | null;
}

export interface OutputLine {
  /** Counted from 1, over all that was ever put out. */
  readonly number: number;
  readonly text: string;
}

/** What came of it: identities on the engine, never objects. */
export interface WorkResult {
  /** False where it was so already. */
  readonly changed?: boolean | undefined;
  /** The ID of the image, or the name it was asked for by. */
  readonly image?: string | undefined;
  /** IDs or names, where it may be several. */
  readonly images?: readonly string[] | undefined;
  readonly digest?: string | undefined;
  /** The ID of the service. */
  readonly service?: string | undefined;
  /** The ID of the plugin. */
  readonly plugin?: string | undefined;
  readonly warnings?: readonly WorkWarning[] | undefined;
}

/** The work at one moment. */
export interface Work {
  /** Hexadecimal digits, which cannot be guessed. */
  readonly key: string;
  /** Grows with every start. */
  readonly order: number;
  /** The name of the engine that it is done on. */
  readonly engine: string;
  readonly kind: WorkKind;
  readonly subject: string | null;
  readonly state: WorkState;
  /** It was told to stop, and has not stopped yet. */
  readonly isStopping: boolean;
  /** Milliseconds since 1970, as are the two below. */
  readonly createdAt: number;
  /** Null while it waits for an upload. */
  readonly startedAt: number | null;
  /** Null until it has ended. */
  readonly finishedAt: number | null;
  readonly progress: WorkProgress;
  /** In the order in which they were first told of. */
  readonly steps: readonly WorkStep[];
  /** The last lines. */
  readonly output: readonly OutputLine[];
  /** How many lines there were in all. */
  readonly outputCount: number;
  readonly result: WorkResult;
  /** What was thrown, of one that failed or was canceled. */
  readonly error: unknown;
}

export const hasEnded = ({ finishedAt }: Pick<Work, 'finishedAt'>): boolean => finishedAt !== null;

/** It was stopped on purpose: by somebody who asked for that, or by the end of the gateway. */
export class WorkCanceled extends Error {
  override readonly name = 'WorkCanceled';
}

/** As much is under way as may be at once, or the gateway is about to end. Nothing was begun. */
export class WorkRefused extends Error {
  override readonly name = 'WorkRefused';
}
