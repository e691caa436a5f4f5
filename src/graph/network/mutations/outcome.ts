/** What mutations of networks answer. */
import type { FieldBuilder } from '../../kit/record.ts';
import type { Outcome } from '../../mutation/payload.ts';
import { Network } from '../../nouns.ts';
import type { NetworkModel } from '../model.ts';

export interface NetworkOutcome extends Outcome {
  readonly network: () => Promise<NetworkModel | null>;
}

export const noNetwork = async (): Promise<null> => null;

export const networkField = <Shape extends NetworkOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Network,
    nullable: true,
    description: 'The network as it is after the change; null when there is none.',
    resolve: ({ network }) => network(),
  });
