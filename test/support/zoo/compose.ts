import { type Animal, type Body, type Site, untilStopped } from './site.ts';

/** The labels that Docker Compose puts on what it makes. */
export const composeLabels = (project: string, more: Readonly<Record<string, string>>): Body => ({
  'com.docker.compose.project': project,
  'com.docker.compose.version': '2.29.7',
  ...more,
});

interface Service {
  readonly name: string;
  readonly dependsOn?: string;
  readonly oneOff?: boolean;
  readonly number?: number;
}

const serviceLabels = (
  project: string,
  { name, dependsOn = '', oneOff = false, number = 1 }: Service,
): Body =>
  composeLabels(project, {
    'com.docker.compose.service': name,
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.oneoff': oneOff ? 'True' : 'False',
    'com.docker.compose.depends_on': dependsOn,
    'com.docker.compose.image': `sha256:${'0'.repeat(64)}`,
    'com.docker.compose.config-hash': name.padEnd(64, '0'),
    'com.docker.compose.project.config_files': `/srv/${project}/compose.yaml,/srv/${project}/compose.override.yaml`,
    'com.docker.compose.project.working_dir': `/srv/${project}`,
  });

/** A project as `docker compose up` leaves it: two replicas, a database, a finished job and a one-off run. */
export function composeProject({ n }: Site): readonly Animal[] {
  const project = n('shop');
  const member = (
    suffix: string,
    service: Service,
    rest: Partial<Animal> & { readonly body?: Body },
  ): Animal => ({
    name: `shop-${suffix}`,
    life: 'running',
    ...rest,
    body: {
      Cmd: [...untilStopped],
      ...rest.body,
      Labels: serviceLabels(project, service),
      HostConfig: {
        NetworkMode: n('shop_default'),
        // One that is meant to end would only be started again.
        RestartPolicy: { Name: typeof rest.life === 'object' ? 'no' : 'unless-stopped' },
        ...(service.name === 'db' && { Binds: [`${n('shop_data')}:/var/lib/data`] }),
      },
      NetworkingConfig: { EndpointsConfig: { [n('shop_default')]: { Aliases: [service.name] } } },
    },
  });
  const web = { name: 'web', dependsOn: 'db:service_started:false' };
  return [
    member('web-1', web, {}),
    member('web-2', { ...web, number: 2 }, {}),
    member('db-1', { name: 'db' }, {}),
    member(
      'migrate-1',
      { name: 'migrate', dependsOn: 'db:service_started:true' },
      { life: { exited: 0 }, body: { Cmd: ['true'] } },
    ),
    member(
      'web-run-6d0f',
      { name: 'web', oneOff: true },
      { life: { exited: 3 }, body: { Cmd: ['sh', '-c', 'exit 3'] } },
    ),
  ];
}
