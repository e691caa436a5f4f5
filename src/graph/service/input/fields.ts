/** What can be said of a service when it is made, and in the same words when it is changed. */
import { builder } from '../../builder.ts';
import { Isolation } from '../../container/enums.ts';
import { HealthCheckInput } from '../../container/input/health-check.ts';
import { LogConfigInput } from '../../container/input/log-config.ts';
import { authInput } from '../../image/registry-auth.ts';
import type { InputFields } from '../../mutation/fields.ts';
import { EndpointMode } from '../enums.ts';
import { ServiceRestartPolicyInput, ServiceUpdateConfigInput } from './policies.ts';

/** Settings of the containers that are one value each. */
const containerSettings = (t: InputFields) => ({
  hostname: t.string({
    description:
      'The host name the processes see, in which `{{.Node.Hostname}}`, `{{.Service.Name}}` and the like are filled in.',
  }),
  tty: t.boolean({ description: 'Give them a terminal. False if left out.' }),
  openStdin: t.boolean({ description: 'Keep their standard input open. False if left out.' }),
  stopGracePeriod: t.field({
    type: 'Duration',
    description: 'How long a container may take to stop before it is killed; 10 seconds by default.',
  }),
  healthcheck: t.field({
    type: HealthCheckInput,
    description:
      'The health check; that of the image by default. A task counts as running once it is healthy.',
  }),
  isolation: t.field({
    type: Isolation.ref,
    description: 'How containers are kept apart from their node (Windows).',
  }),
  logConfig: t.field({
    type: LogConfigInput,
    description: 'Where the output of the containers goes; as the Engine of each node has it by default.',
  }),
});

/** Settings of the service that are one value each. */
const serviceSettings = (t: InputFields) => ({
  restartPolicy: t.field({
    type: ServiceRestartPolicyInput,
    description: 'When a task that ended is replaced; always by default.',
  }),
  updateConfig: t.field({
    type: ServiceUpdateConfigInput,
    description: 'How tasks are replaced when the service is updated. Not for jobs.',
  }),
  rollbackConfig: t.field({
    type: ServiceUpdateConfigInput,
    description:
      'How tasks are replaced when the service is rolled back. Not for jobs, and not with `ROLLBACK`.',
  }),
  endpointMode: t.field({
    type: EndpointMode.ref,
    description: 'How its name leads to its tasks inside its networks; `VIP` by default.',
  }),
  publish: t.stringList({
    description:
      'Ports to publish as `docker service create --publish` takes them: `8080:80`, `8080:80/udp`, ranges, or ' +
      '`published=8080,target=80,mode=host`. Beside those in `ports`.',
  }),
});

/** How the image is found, and how nodes may fetch it. */
const imageSettings = (t: InputFields) => ({
  resolveImage: t.boolean({
    defaultValue: true,
    description:
      'Ask the registry which digest the image has, and for which platforms it is, so that all nodes run the same one ' +
      '(`GET /distribution/{name}/json`, as the docker CLI does). Where the registry does not answer, a warning says so and ' +
      'each node fetches what it finds. False is `--no-resolve-image`.',
  }),
  withRegistryAuth: t.boolean({
    defaultValue: false,
    description:
      'Hand the credentials that the gateway has for the registry to the swarm, which keeps them, so that nodes can fetch the ' +
      'image (`--with-registry-auth`). Those in `auth` are always handed over.',
  }),
  auth: authInput(t),
});

export const settingFields = (t: InputFields) => ({
  ...containerSettings(t),
  ...serviceSettings(t),
  ...imageSettings(t),
});

const ServiceWait = builder.enumType('ServiceWait', {
  description: 'What to wait for after a service was made or changed.',
  values: {
    NONE: { description: 'Nothing: the managers took it, and that is all (`--detach`).' },
    CONVERGED: {
      description:
        'That all its tasks are as it wants them, and stay so. The answer waits, and an `operation` shows how far it is.',
    },
    BACKGROUND: {
      description: 'The same, but the answer comes at once, with an `operation` that can be followed.',
    },
  } as const,
});

/** How a mutation waits until the tasks are as the service wants them. */
export const waitFields = (t: InputFields) => ({
  waitFor: t.field({ type: ServiceWait, defaultValue: 'NONE', description: 'What to wait for afterwards.' }),
  timeout: t.field({
    type: 'Duration',
    description: 'How long to wait at most; 10 minutes if left out. With `waitFor` only.',
  }),
  stableFor: t.field({
    type: 'Duration',
    description:
      'How long all must stay well before it counts, so that what fails at once is noticed. As the docker CLI has it if left ' +
      "out: the `monitor` of the service's `updateConfig`, which is 5 seconds by default. With `waitFor` only.",
  }),
});
