/** What the API documents list and the schema has on purpose not. Each reason is one that a user accepts. */

export interface Waiver {
  readonly reason: string;
  /** What it is about, as the ledger names it: `body EndpointSettings.Gateway`. */
  readonly items: readonly string[];
}

/** How many there may be in all. */
export const maxWaivers = 10;

export const waivers: readonly Waiver[] = [];
