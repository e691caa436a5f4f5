import { createServer } from 'node:net';
import { ensureBusybox } from './busybox.ts';
import type { EngineAccess } from './engine-access.ts';
import { listAt } from './json.ts';
import { tar } from './tar.ts';

/** The sample project of a private Engine: what a small `docker compose up` leaves, so that every query has answers. */

const project = 'shop';
const second = 1_000_000_000;

type Body = Readonly<Record<string, unknown>>;

const labels = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'com.docker.compose.project': project,
  'com.docker.compose.version': '2.29.7',
  ...more,
});

interface Service {
  readonly name: string;
  readonly image?: string;
  readonly number?: number;
  readonly dependsOn?: string;
  readonly networks: readonly string[];
  readonly body: Body;
  readonly host?: Body;
}

const dockerfile = `FROM busybox:latest
LABEL org.opencontainers.image.title="shop web" org.opencontainers.image.version="1.4.0"
ENV SHOP_THEME=blue
COPY index.html /srv/
EXPOSE 80
CMD ["httpd", "-f", "-p", "80", "-h", "/srv"]
`;

const page = '<!doctype html><title>shop</title><h1>The shop is open</h1>\n';

/** Says something every few seconds, as services do, and ends when it is told to. */
const chatter = (line: string): readonly string[] => [
  'sh',
  '-c',
  `trap 'exit 0' TERM INT; n=0; while :; do n=$((n+1)); echo "${line}"; sleep 5 & wait $!; done`,
];

const services = (webPort: string): readonly Service[] => [
  {
    name: 'db',
    networks: ['backend'],
    body: {
      Cmd: chatter('checkpoint $n complete'),
      Env: ['DB_NAME=shop', 'DB_PASSWORD=not-so-secret'],
      Healthcheck: { Test: ['CMD-SHELL', 'test -d /var/lib/db'], Interval: 15 * second, Retries: 3 },
    },
    host: {
      Mounts: [{ Type: 'volume', Source: `${project}_db-data`, Target: '/var/lib/db' }],
      Memory: 128 * 2 ** 20,
    },
  },
  ...[1, 2].map((number) => ({
    name: 'api',
    number,
    dependsOn: 'db:service_healthy:false',
    networks: ['default', 'backend'],
    body: {
      Cmd: chatter('GET /orders 200 ${n}ms'),
      Env: ['DB_HOST=db', 'LOG_LEVEL=info'],
      ExposedPorts: { '8000/tcp': {} },
    },
    host: { Memory: 64 * 2 ** 20, NanoCpus: 500_000_000 },
  })),
  {
    name: 'web',
    image: 'shop/web:1.4.0',
    dependsOn: 'api:service_started:false',
    networks: ['default'],
    body: {
      Healthcheck: {
        Test: ['CMD', 'wget', '-qO/dev/null', 'http://127.0.0.1/'],
        Interval: 5 * second,
        Timeout: 3 * second,
        Retries: 3,
      },
    },
    host: {
      Init: true,
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: webPort }] },
    },
  },
  {
    name: 'worker',
    dependsOn: 'db:service_healthy:false',
    networks: ['backend'],
    body: { Cmd: ['sh', '-c', 'echo connecting to the queue; echo "queue: connection refused" >&2; exit 1'] },
    host: { RestartPolicy: { Name: 'no' } },
  },
];

async function create(engine: EngineAccess, service: Service): Promise<string> {
  const { name, image = 'busybox:latest', number = 1, dependsOn = '', networks, body, host } = service;
  const container = `${project}-${name}-${number}`;
  const [first = 'default', ...others] = networks.map((network) => `${project}_${network}`);
  const endpoint = { Aliases: [name] };
  await engine.mustRest('POST', `/containers/create?name=${container}`, {
    body: {
      Image: image,
      ...body,
      Labels: labels({
        'com.docker.compose.service': name,
        'com.docker.compose.container-number': String(number),
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.depends_on': dependsOn,
        'com.docker.compose.project.config_files': '/srv/shop/compose.yaml',
        'com.docker.compose.project.working_dir': '/srv/shop',
      }),
      HostConfig: { NetworkMode: first, RestartPolicy: { Name: 'unless-stopped' }, ...host },
      NetworkingConfig: { EndpointsConfig: { [first]: endpoint } },
    },
  });
  for (const network of others) {
    const connection = { Container: container, EndpointConfig: endpoint };
    await engine.mustRest('POST', `/networks/${network}/connect`, { body: connection });
  }
  return container;
}

/** This port of the loopback if nobody has it, else any free one. */
async function freePort(wanted: number): Promise<string> {
  const isFree = (port: number): Promise<number | undefined> =>
    new Promise((resolve) => {
      const server = createServer()
        .once('error', () => resolve(undefined))
        .listen(port, '127.0.0.1', () => {
          const address = server.address();
          const found = typeof address === 'object' ? address?.port : undefined;
          server.close(() => resolve(found));
        });
    });
  return String((await isFree(wanted)) ?? (await isFree(0)) ?? wanted);
}

/**
 * Makes the project `shop` where the Engine has nothing of it: web (published on the loopback, with a health check),
 * two replicas of api, db with a volume, a worker that failed. Resolves when all that can run was started.
 */
export async function ensureShop(engine: EngineAccess): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));
  const present = (await engine.mustRest('GET', `/containers/json?all=1&filters=${filters}`)).json();
  if (listAt(present).length > 0) return;

  await ensureBusybox(engine);
  // What an interrupted first start left may be there already.
  const make = async (path: string, body: Body): Promise<void> => {
    const { status, text } = await engine.rest('POST', path, { body });
    if (status >= 400 && status !== 409) throw new Error(`POST ${path}: ${text()}`);
  };
  const network = (name: string, more: Body = {}): Promise<void> =>
    make('/networks/create', {
      Name: `${project}_${name}`,
      CheckDuplicate: true,
      Labels: labels({ 'com.docker.compose.network': name }),
      ...more,
    });
  const context = tar([
    { path: 'Dockerfile', content: dockerfile },
    { path: 'index.html', content: page },
  ]);
  const [webPort] = await Promise.all([
    freePort(8080),
    network('default'),
    network('backend', { Internal: true }),
    make('/volumes/create', {
      Name: `${project}_db-data`,
      Labels: labels({ 'com.docker.compose.volume': 'db-data' }),
    }),
    engine.mustRest('POST', '/build?t=shop/web:1.4.0&t=shop/web:latest', { body: context }),
  ]);
  const containers = await Promise.all(services(webPort).map((service) => create(engine, service)));
  await Promise.all(containers.map((name) => engine.mustRest('POST', `/containers/${name}/start`)));
}
