/** `dockgraph schema coverage`: where everything that the Engine's API has is in the schema. */
import { coverageDocument } from '../coverage/document.ts';
import { ledgerOf } from '../coverage/ledger.ts';
import { schema } from '../graph/schema.ts';

export interface CoverageReport {
  readonly document: string;
  /** Whole sentences; none where everything has its place. */
  readonly faults: readonly string[];
}

/** The ledger as a page, and what is wrong with it. Asks no Engine. */
export function coverage(): CoverageReport {
  const ledger = ledgerOf(schema);
  return { document: coverageDocument(ledger), faults: ledger.faults };
}
