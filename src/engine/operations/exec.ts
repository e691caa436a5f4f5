/** The operations of the Engine's tag "Exec": commands that run in a container beside its main process. */
import { bytes, deadlines, json, nothing, operation, takes } from '../operation.ts';
import type { ExecCreateBody, ExecInspect, ExecStartBody } from '../types.ts';

/**
 * Gives the output while it comes. Leaving it ends the stream and not the command, which nothing can end from here: so
 * it changes nothing that would have to be seen through.
 */
const start = { deadline: deadlines.none, changes: false } as const;

export const execs = {
  create: operation(
    'POST /containers/{id}/exec',
    json<{ readonly Id?: string | null }>(),
    takes<{ body: ExecCreateBody }>(),
  ),
  start: operation('POST /exec/{id}/start', bytes, takes<{ body: ExecStartBody }>(), start),
  /** Bytes both ways, for as long as somebody keeps the connection. */
  open: operation('POST /exec/{id}/start', bytes, takes<{ body: ExecStartBody }>(), {
    deadline: deadlines.none,
  }),
  /** Runs without anybody who reads or writes. */
  startDetached: operation('POST /exec/{id}/start', nothing, takes<{ body: ExecStartBody }>()),
  /** Waits up to ten seconds for the command to be there. */
  resize: operation('POST /exec/{id}/resize', nothing, takes<{ h: number; w: number }>(), { waits: true }),
  inspect: operation('GET /exec/{id}/json', json<ExecInspect>()),
};
