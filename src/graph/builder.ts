/** The Pothos builder that every noun adds itself to, and the types it knows from the start. */
import SchemaBuilder from '@pothos/core';
import type { Context } from '../context.ts';
import type { Int64 } from '../engine/types.ts';
import { apiVersions } from './kit/api-versions.ts';

export interface GraphTypes {
  Context: Context;
  Scalars: {
    ID: { Input: string; Output: string };
    Long: { Input: Int64; Output: Int64 };
    Timestamp: { Input: string; Output: string };
    Duration: { Input: Int64; Output: Int64 };
    ByteSize: { Input: Int64; Output: Int64 };
  };
}

export const builder = new SchemaBuilder<GraphTypes>({ plugins: [apiVersions] });

builder.queryType({ description: 'Everything that can be read. Nothing here changes anything.' });
builder.mutationType({
  description:
    'Everything that can be changed. Mutations of one request run one after another, in order. Expected failures are ' +
    'in `userErrors` of the payload; a payload is null only where the Engine could not be asked.',
});
builder.subscriptionType({ description: 'Everything that can be watched. Subscribing changes nothing.' });
