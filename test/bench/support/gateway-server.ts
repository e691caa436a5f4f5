/** The gateway, as `serve` starts it, on the Engine it is given. */
import { startGateway } from '../../support/gateway.ts';
import { answer, facts } from './child.ts';

const [host = '', mostSockets = '10000'] = process.argv.slice(2);
const gateway = await startGateway({
  host,
  environment: { DOCKGRAPH_MAX_SOCKETS: mostSockets, DOCKGRAPH_MAX_SUBSCRIPTIONS: '100000' },
});
answer({ port: () => Number(new URL(gateway.url).port), ...facts }, () => gateway.close());
