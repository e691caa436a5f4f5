/** What the API documents list and the schema has on purpose not. Each reason is one that a user accepts. */

export interface Waiver {
  readonly reason: string;
  /** What it is about, as the ledger names it: `body EndpointSettings.Gateway`. */
  readonly items: readonly string[];
}

/** How many there may be in all. */
export const maxWaivers = 10;

export const waivers: readonly Waiver[] = [
  {
    reason: 'Managers of a swarm take it and never send it back, as it is secret: it can be written only.',
    items: ['answer SecretSpec.Data', 'answer SwarmSpec.CAConfig.SigningCAKey'],
  },
];
