import { channel } from 'node:diagnostics_channel';

/** Where fake daemons tell what has come to them: who asks cannot tell one from a real one, as it is meant to be. */
export const fakeRequests = channel('dockgraph:fake-engine');
