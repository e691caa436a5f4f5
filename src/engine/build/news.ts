/** What can be told of a build while it is under way, whichever builder does it. */
import type { JsonMessage } from '../types.ts';

/**
 * - `WAITING`: known, and not begun
 * - `RUNNING`: under way
 * - `DONE`: done now
 * - `CACHED`: was done by an earlier build
 * - `FAILED`: is why the build failed
 * - `CANCELED`: was under way when the build ended without it
 */
export type BuildStepState = 'WAITING' | 'RUNNING' | 'DONE' | 'CACHED' | 'FAILED' | 'CANCELED';

export interface BuildStep {
  /** The same for all news of one step, and of no other step of the build. */
  readonly id: string;
  /** As the builder calls it: the instruction, with its place among all of them. */
  readonly name: string;
  readonly state: BuildStepState;
  /** RFC 3339; null for one that waits. */
  readonly startedAt: string | null;
  /** RFC 3339; null for one that is not over. */
  readonly finishedAt: string | null;
}

export interface BuildOutput {
  /** Which step wrote it; null for the builder itself. */
  readonly step: string | null;
  readonly stream: 'stdout' | 'stderr';
  /** One line, without its end. */
  readonly text: string;
}

/** What a builder dislikes in a Dockerfile and does nonetheless. */
export interface BuildWarning {
  readonly message: string;
  readonly details: readonly string[];
  readonly url: string | null;
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
}

export type BuildNews =
  | { readonly type: 'step'; readonly step: BuildStep }
  | { readonly type: 'output'; readonly output: BuildOutput }
  | { readonly type: 'warning'; readonly warning: BuildWarning }
  /** The ID of what was built: of several stages, the last one counts. */
  | { readonly type: 'image'; readonly id: string }
  /** How many steps there will be in all, where the builder says so. */
  | { readonly type: 'total'; readonly steps: number };

/** Makes news of what the daemon says, message by message. */
export interface BuildReader {
  readonly read: (message: JsonMessage) => readonly BuildNews[];
  /** To be called when nothing more comes: `true` for a build that went well. */
  readonly end: (isDone: boolean) => readonly BuildNews[];
}
