/** Every row of src/engine/operations, for the ledger. */
import { builds } from '../engine/operations/build.ts';
import { checkpoints } from '../engine/operations/checkpoints.ts';
import { configs } from '../engine/operations/configs.ts';
import { containers } from '../engine/operations/containers.ts';
import { distribution } from '../engine/operations/distribution.ts';
import { execs } from '../engine/operations/exec.ts';
import { images } from '../engine/operations/images.ts';
import { networks } from '../engine/operations/networks.ts';
import { nodes } from '../engine/operations/nodes.ts';
import { plugins } from '../engine/operations/plugins.ts';
import { secrets } from '../engine/operations/secrets.ts';
import { services } from '../engine/operations/services.ts';
import { swarm } from '../engine/operations/swarm.ts';
import { system } from '../engine/operations/system.ts';
import { tasks } from '../engine/operations/tasks.ts';
import { volumes } from '../engine/operations/volumes.ts';

/** By the file they stand in. A spec holds this to what the folder has. */
export const rows = {
  build: builds,
  checkpoints,
  configs,
  containers,
  distribution,
  exec: execs,
  images,
  networks,
  nodes,
  plugins,
  secrets,
  services,
  swarm,
  system,
  tasks,
  volumes,
};

/** The routes that the gateway can ask the Engine for. */
export const routesOfRows = (): ReadonlySet<string> =>
  new Set(Object.values(rows).flatMap((table) => Object.values(table).map(({ route }) => route)));
