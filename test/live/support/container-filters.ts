import type { FilterRow, Landmarks } from './filter-row.ts';

const states = ['running', 'exited', 'created', 'paused', 'restarting', 'dead', 'removing'];

/** Every filter of `docker ps`. */
export const containerFilters = ({ n, id, dangling }: Landmarks): readonly FilterRow[] => [
  ...states.map(
    (state): FilterRow => ({
      noun: 'containers',
      what: `state ${state}`,
      filter: () => ({ states: [state.toUpperCase()] }),
      cli: () => [`status=${state}`],
      least: state === 'dead' || state === 'removing' || state === 'restarting' ? 0 : 1,
    }),
  ),
  {
    noun: 'containers',
    what: 'one of two states',
    filter: () => ({ states: ['PAUSED', 'CREATED'] }),
    cli: () => ['status=paused', 'status=created'],
    least: 3,
  },
  ...['healthy', 'unhealthy', 'starting', 'none'].map(
    (health): FilterRow => ({
      noun: 'containers',
      what: `health ${health}`,
      filter: () => ({ health: [health.toUpperCase()] }),
      cli: () => [`health=${health}`],
    }),
  ),
  ...['shop', '^/zoo-running$', 'zoo-(paused|created)', 'NOBODY'].map(
    (name): FilterRow => ({
      noun: 'containers',
      what: `name ${name}`,
      filter: () => ({ namePatterns: [name] }),
      cli: () => [`name=${name}`],
      least: name === 'NOBODY' ? 0 : 1,
    }),
  ),
  {
    noun: 'containers',
    what: 'the beginning of an ID',
    filter: () => ({ ids: [id('running').slice(0, 16)] }),
    cli: () => [`id=${id('running').slice(0, 16)}`],
  },
  ...[
    'dockgraph.zoo',
    'dockgraph.zoo=zoo-',
    'com.docker.compose.service=web',
    'key=with=equals=value=with=equals',
    'ключ.ünïcode.鍵=значение 🐳',
    `quoted"key=it's "quoted"`,
    '__proto__=a plain label',
    'constructor',
    'empty=',
    'nobody',
  ].map(
    (label): FilterRow => ({
      noun: 'containers',
      what: `label ${label}`,
      filter: () => ({ labels: [label] }),
      cli: () => [`label=${label}`],
      // The first `=` ends the key: no container has a label called "key".
      least: label === 'nobody' || label.startsWith('key=') ? 0 : 1,
    }),
  ),
  {
    noun: 'containers',
    what: 'two labels',
    filter: () => ({ labels: ['com.docker.compose.service=web', 'com.docker.compose.oneoff=False'] }),
    cli: () => ['label=com.docker.compose.service=web', 'label=com.docker.compose.oneoff=False'],
    least: 2,
  },
  {
    noun: 'containers',
    what: 'a compose project',
    filter: () => ({ composeProject: n('shop') }),
    cli: () => [`label=com.docker.compose.project=${n('shop')}`],
    least: 5,
  },
  {
    noun: 'containers',
    what: 'an image by name',
    filter: () => ({ ancestors: ['busybox'] }),
    cli: () => ['ancestor=busybox'],
    least: 30,
  },
  {
    noun: 'containers',
    what: 'an image by ID',
    filter: () => ({ ancestors: [dangling()] }),
    cli: () => [`ancestor=${dangling()}`],
  },
  {
    noun: 'containers',
    what: 'a volume by name',
    filter: () => ({ volumes: [n('data')] }),
    cli: () => [`volume=${n('data')}`],
    least: 2,
  },
  {
    noun: 'containers',
    what: 'a volume by path',
    filter: () => ({ volumes: ['/anonymous'] }),
    cli: () => ['volume=/anonymous'],
    least: 2,
  },
  {
    noun: 'containers',
    what: 'a network by name',
    filter: () => ({ networks: [n('front')] }),
    cli: () => [`network=${n('front')}`],
  },
  {
    noun: 'containers',
    what: 'a network by ID, or another by name',
    filter: () => ({ networks: [id('front'), n('shop_default')] }),
    cli: () => [`network=${id('front')}`, `network=${n('shop_default')}`],
    least: 4,
  },
  ...['80', '80/tcp', '53/udp', '8000-8004/tcp', '81/udp', '9899/sctp', '1'].map(
    (port): FilterRow => ({
      noun: 'containers',
      what: `published port ${port}`,
      filter: () => ({ published: [port] }),
      cli: () => [`publish=${port}`],
      least: 0,
    }),
  ),
  ...['80', '7000/tcp', '53/udp', '81/udp', '1'].map(
    (port): FilterRow => ({
      noun: 'containers',
      what: `exposed port ${port}`,
      filter: () => ({ exposed: [port] }),
      cli: () => [`expose=${port}`],
      least: 0,
    }),
  ),
  ...[0, 3, 137].map(
    (code): FilterRow => ({
      noun: 'containers',
      what: `exit code ${code}`,
      filter: () => ({ exitCodes: [code] }),
      cli: () => [`exited=${code}`],
    }),
  ),
  {
    noun: 'containers',
    what: 'made before one, by name',
    filter: () => ({ before: n('running') }),
    cli: () => [`before=${n('running')}`],
    least: 0,
  },
  {
    noun: 'containers',
    what: 'made after one, by ID',
    filter: () => ({ since: id('exited-3') }),
    cli: () => [`since=${id('exited-3')}`],
  },
  {
    noun: 'containers',
    what: 'being a task of a swarm',
    filter: () => ({ isTask: true }),
    cli: () => ['is-task=true'],
    least: 0,
  },
  {
    noun: 'containers',
    what: 'being no task of a swarm',
    filter: () => ({ isTask: false }),
    cli: () => ['is-task=false'],
    least: 50,
  },
  {
    noun: 'containers',
    what: 'state, label and network together',
    filter: () => ({
      states: ['RUNNING'],
      labels: ['com.docker.compose.service'],
      networks: [n('shop_default')],
    }),
    cli: () => ['status=running', 'label=com.docker.compose.service', `network=${n('shop_default')}`],
    least: 3,
  },
];
