/** What a viewer may see, as a name: those of the same name may be given the same answer. */
import type { TransportContext } from '../server/operation-request.ts';

/** There is one token, which opens everything: whoever is in may see all. */
export const rightsOf = (_context: TransportContext): string => 'everything';
