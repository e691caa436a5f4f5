/** What an operation asked of the Engine: shown in `extensions.plan`, counted in the log, asserted by tests. */
import type { CallRecord } from './engine/client.ts';

interface PlanReport {
  readonly calls: readonly {
    readonly engine: string;
    readonly operation: string;
    /** Milliseconds after the operation began. */
    readonly startMs: number;
    readonly ms: number;
    readonly status: number | null;
    /** Joined a call of another operation that was under way. */
    readonly shared: boolean;
  }[];
  readonly totalMs: number;
}

export interface Plan {
  readonly record: (call: CallRecord) => void;
  readonly count: () => number;
  readonly report: () => PlanReport;
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

export function createPlan(): Plan {
  const begun = performance.now();
  const calls: CallRecord[] = [];
  return {
    record: (call) => calls.push(call),
    count: () => calls.length,
    report: () => ({
      calls: calls
        .toSorted((a, b) => a.startedAt - b.startedAt)
        .map((call) => ({
          engine: call.engine,
          operation: call.route,
          startMs: tenths(call.startedAt - begun),
          ms: tenths(call.ms),
          status: call.status ?? null,
          shared: call.shared,
        })),
      totalMs: tenths(performance.now() - begun),
    }),
  };
}
