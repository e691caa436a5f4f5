/** The words of a network. */
import { enumOf } from '../kit/enum.ts';

export const NetworkScope = enumOf('NetworkScope', 'How far a network reaches.', {
  local: 'This Engine only.',
  swarm: 'All nodes of the swarm.',
  global: 'All Engines that share the store of its driver.',
});

export const NetworkType = enumOf('NetworkType', 'Who made a network.', {
  builtin: 'The Engine itself: `bridge`, `host` and `none`. It cannot be removed.',
  custom: 'Anybody else.',
});
