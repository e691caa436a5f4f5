/** What can be expected of an engine, so that clients need not compare versions and search texts. */
import type { SystemInfo } from '../../engine/types.ts';
import { compareApi } from '../../engine/version.ts';
import { BadUserInput } from '../../errors.ts';
import { builder } from '../builder.ts';
import { EngineFeature, featuresOf, UnavailableType, unavailableIn } from './features.ts';
import { CgroupVersion } from './info/host.ts';
import { hasSecurityOption } from './info/security-option.ts';
import { SwarmNodeState } from './info/swarm.ts';
import type { EngineModel } from './model.ts';
import { EngineProduct } from './product.ts';
import { swarmStandingOf } from './swarm-header.ts';

/** With the containerd image store, the status of the storage driver names the snapshotter's plugin type. */
const usesContainerdStore = ({ DriverStatus }: SystemInfo): boolean =>
  (DriverStatus ?? []).some(
    ([key, value]) => key === 'driver-type' && value?.startsWith('io.containerd.snapshotter'),
  );

const infoOf = ({ scope }: EngineModel) => scope.loaders.system.info();
const greetingOf = ({ scope }: EngineModel) => scope.greeting();

const byGreeting = 'Known from the first contact (`HEAD /_ping`, else `GET /_ping`): needs no call.';
const byPing = 'Needs `HEAD /_ping`, before Engine 23.0 `GET /info`.';
const byInfo = 'Needs `GET /info`.';

export const EngineCapabilities = builder.objectRef<EngineModel>('EngineCapabilities').implement({
  description: 'What can be expected of an Engine.',
  fields: (t) => {
    const feature = (name: string, description: string) =>
      t.boolean({
        nullable: true,
        description: `${description} ${byInfo}`,
        resolve: async (engine) => hasSecurityOption((await infoOf(engine)).SecurityOptions, name),
      });
    return {
      apiVersion: t.string({
        nullable: true,
        description: `The API this gateway speaks with it: the newest both know, or as pinned. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).api,
      }),
      daemonApiVersion: t.string({
        nullable: true,
        description: `The newest API the daemon speaks. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).daemonApi,
      }),
      minApiVersion: t.string({
        nullable: true,
        description: 'The oldest API the daemon speaks. Needs `GET /version`.',
        resolve: async ({ scope }) => (await scope.loaders.system.version()).MinAPIVersion ?? null,
      }),
      supportsApi: t.boolean({
        nullable: true,
        description: `Whether what came with an API version is there: the API spoken is that one or newer. ${byGreeting}`,
        args: {
          version: t.arg.string({
            required: true,
            description: 'A version of the Engine API, such as `1.44`.',
          }),
        },
        resolve: async (engine, { version }) => {
          if (!/^\d+\.\d+$/.test(version)) {
            throw new BadUserInput(
              `\`version\` cannot be "${version}": give a version of the Engine API such as "1.44".`,
            );
          }
          return compareApi((await greetingOf(engine)).api, version) >= 0;
        },
      }),
      features: t.field({
        type: [EngineFeature],
        nullable: true,
        description: `What came with the API spoken, or with one before it. ${byGreeting}`,
        resolve: async (engine) => featuresOf((await greetingOf(engine)).api),
      }),
      unavailable: t.field({
        type: [UnavailableType],
        nullable: true,
        description:
          'Everything in this schema that the API spoken does not have: fields are null there, or empty, with a warning in ' +
          `\`extensions.warnings\`, and arguments are refused with API_VERSION_UNSUPPORTED. ${byGreeting}`,
        resolve: async (engine, _args, _context, { schema }) =>
          unavailableIn(schema, (await greetingOf(engine)).api),
      }),
      product: t.field({
        type: EngineProduct,
        nullable: true,
        description: `Which program it is. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).product,
      }),
      podmanVersion: t.string({
        nullable: true,
        description: `The version of Podman, such as \`5.4.2\`; null for Docker. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).podmanVersion,
      }),
      osType: t.string({
        nullable: true,
        description: `What containers run on: \`linux\` or \`windows\`. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).osType,
      }),
      isPodman: t.boolean({
        nullable: true,
        description: `Whether it is Podman behind Docker's API: no swarm, and details differ. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).product === 'PODMAN',
      }),
      experimental: t.boolean({
        nullable: true,
        description: `Whether experimental features are on, such as checkpoints. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).experimental,
      }),
      builderVersion: t.string({
        nullable: true,
        description: `The builder the daemon recommends: \`2\` is BuildKit, \`1\` the classic one; null before Engine 23.0, which does not say. ${byGreeting}`,
        resolve: async (engine) => (await greetingOf(engine)).builderVersion,
      }),
      swarmState: t.field({
        type: SwarmNodeState.ref,
        nullable: true,
        description: `Whether it is in a swarm. ${byPing}`,
        resolve: async ({ scope }) => SwarmNodeState.of((await swarmStandingOf(scope)).state),
      }),
      swarmManager: t.boolean({
        nullable: true,
        description: `Whether it can answer questions about a swarm. ${byPing}`,
        resolve: async ({ scope }) => (await swarmStandingOf(scope)).isManager,
      }),
      cgroupVersion: t.field({
        type: CgroupVersion.ref,
        nullable: true,
        description: `Which generation of control groups the host has. ${byInfo}`,
        resolve: async (engine) => CgroupVersion.of((await infoOf(engine)).CgroupVersion),
      }),
      containerdImageStore: t.boolean({
        nullable: true,
        description: `Whether images are kept by containerd: all platforms, and IDs that are digests of manifests. ${byInfo}`,
        resolve: async (engine) => usesContainerdStore(await infoOf(engine)),
      }),
      rootless: feature('rootless', 'Whether the daemon runs without root: no low ports, fewer limits.'),
      userNamespaces: feature('userns', 'Whether root in containers is another user of the host.'),
      seccomp: feature('seccomp', 'Whether the system calls of containers are filtered.'),
      appArmor: feature('apparmor', 'Whether containers are confined by AppArmor.'),
      selinux: feature('selinux', 'Whether containers are confined by SELinux.'),
    };
  },
});
