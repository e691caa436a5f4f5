/** `registryUsage`: how often registries were asked. */
import type { RegistryUsage } from '../../engine/registry/memory.ts';
import { builder } from '../builder.ts';
import { engineArg } from '../kit/list.ts';

const RegistryUsageType = builder.objectRef<RegistryUsage>('RegistryUsage').implement({
  description:
    'How often one registry was asked what it has since the gateway began, pulls and pushes left out.',
  fields: (t) => ({
    registry: t.exposeString('domain', {
      nullable: false,
      description: 'The registry as images name it, with its port: `docker.io`, `registry.example:5000`.',
    }),
    calls: t.exposeInt('calls', {
      nullable: false,
      description: 'Questions that the Engine was sent to it with. Registries count these, and pulls.',
    }),
    spared: t.exposeInt('spared', {
      nullable: false,
      description: 'Questions that needed none, as the answer was remembered or being asked for.',
    }),
    failures: t.exposeInt('failures', {
      nullable: false,
      description: 'Calls that it refused or did not answer, those for what it does not have among them.',
    }),
    pausedUntil: t.field({
      type: 'Timestamp',
      nullable: true,
      description:
        'Until when it is not asked at all, as it was out of reach or said that it was asked too often; null where it is. ' +
        '`DOCKGRAPH_REGISTRY_FAILURE_AGE` says for how long.',
      resolve: ({ pausedUntil }) => pausedUntil?.toISOString() ?? null,
    }),
  }),
});

builder.queryField('registryUsage', (t) =>
  t.field({
    type: [RegistryUsageType],
    nullable: true,
    description:
      'How often registries were asked what they have (`updateStatus`, `distribution`, `registryImage`), one entry for ' +
      'each that was. Asks nobody.',
    args: { engine: engineArg(t.arg) },
    resolve: (_root, { engine }, context) =>
      context
        .scope(engine)
        .registryUsage()
        .filter(({ domain }) => domain !== ''),
  }),
);
