import type { FilterRow, Landmarks } from './filter-row.ts';

/** Every filter of `docker images`, `docker network ls` and `docker volume ls` that Engines answer rightly. */
export const otherFilters = ({ n, id }: Landmarks): readonly FilterRow[] => [
  ...[true, false].map(
    (dangling): FilterRow => ({
      noun: 'images',
      what: dangling ? 'dangling' : 'not dangling',
      filter: () => ({ dangling }),
      cli: () => [`dangling=${dangling}`],
    }),
  ),
  ...['busybox', '*:latest', 'zoo-*', 'team/*:stable', 'zoo-app:1.*', '*/*/zoo-one', 'nobody'].map(
    (reference): FilterRow => ({
      noun: 'images',
      what: `reference ${reference}`,
      filter: () => ({ references: [reference] }),
      cli: () => [`reference=${reference}`],
      least: reference === 'nobody' || reference.startsWith('*/*/') ? 0 : 1,
    }),
  ),
  ...['maintainer=zoo@example', 'quoted=say "hi"', 'empty=', 'dangling', 'nobody'].map(
    (label): FilterRow => ({
      noun: 'images',
      what: `label ${label}`,
      filter: () => ({ labels: [label] }),
      cli: () => [`label=${label}`],
      least: label === 'nobody' ? 0 : 1,
    }),
  ),
  {
    noun: 'images',
    what: 'made before one, by name',
    filter: () => ({ before: n('app:latest') }),
    cli: () => [`before=${n('app:latest')}`],
  },
  {
    noun: 'images',
    what: 'made after one, by ID',
    filter: () => ({ since: id('app') }),
    cli: () => [`since=${id('app')}`],
    least: 0,
  },
  {
    noun: 'images',
    what: 'reference and label together',
    filter: () => ({ references: ['zoo-app'], labels: ['maintainer'] }),
    cli: () => ['reference=zoo-app', 'label=maintainer'],
  },

  ...['front', '^zoo-inner$', 'zoo-(six|unused)', 'nobody'].map(
    (name): FilterRow => ({
      noun: 'networks',
      what: `name ${name}`,
      filter: () => ({ namePatterns: [name] }),
      cli: () => [`name=${name}`],
      least: name === 'nobody' ? 0 : 1,
    }),
  ),
  {
    noun: 'networks',
    what: 'an ID',
    filter: () => ({ ids: [id('front')] }),
    cli: () => [`id=${id('front')}`],
  },
  ...['bridge', 'host', 'null', 'nobody'].map(
    (driver): FilterRow => ({
      noun: 'networks',
      what: `driver ${driver}`,
      filter: () => ({ drivers: [driver] }),
      cli: () => [`driver=${driver}`],
      least: driver === 'nobody' ? 0 : 1,
    }),
  ),
  ...['local', 'swarm', 'global'].map(
    (scope): FilterRow => ({
      noun: 'networks',
      what: `scope ${scope}`,
      filter: () => ({ scopes: [scope.toUpperCase()] }),
      cli: () => [`scope=${scope}`],
      least: scope === 'local' ? 5 : 0,
    }),
  ),
  ...['builtin', 'custom'].map(
    (type): FilterRow => ({
      noun: 'networks',
      what: `type ${type}`,
      filter: () => ({ types: [type.toUpperCase()] }),
      cli: () => [`type=${type}`],
      least: 3,
    }),
  ),
  ...['com.docker.compose.network=default', 'constructor=not a function', 'nobody'].map(
    (label): FilterRow => ({
      noun: 'networks',
      what: `label ${label}`,
      filter: () => ({ labels: [label] }),
      cli: () => [`label=${label}`],
      least: label === 'nobody' ? 0 : 1,
    }),
  ),
  {
    noun: 'networks',
    what: 'a compose project',
    filter: () => ({ composeProject: n('shop') }),
    cli: () => [`label=com.docker.compose.project=${n('shop')}`],
  },

  ...['data', '^zoo-data$', 'zoo-(memory|bound)', 'nobody'].map(
    (name): FilterRow => ({
      noun: 'volumes',
      what: `name ${name}`,
      filter: () => ({ namePatterns: [name] }),
      cli: () => [`name=${name}`],
      least: name === 'nobody' ? 0 : 1,
    }),
  ),
  ...['com.docker.compose.volume=data', '__proto__=a plain label', 'nobody'].map(
    (label): FilterRow => ({
      noun: 'volumes',
      what: `label ${label}`,
      filter: () => ({ labels: [label] }),
      cli: () => [`label=${label}`],
      least: label === 'nobody' ? 0 : 1,
    }),
  ),
  ...['local', 'nobody'].map(
    (driver): FilterRow => ({
      noun: 'volumes',
      what: `driver ${driver}`,
      filter: () => ({ drivers: [driver] }),
      cli: () => [`driver=${driver}`],
      least: driver === 'nobody' ? 0 : 5,
    }),
  ),
  ...[true, false].map(
    (dangling): FilterRow => ({
      noun: 'volumes',
      what: dangling ? 'dangling' : 'in use',
      filter: () => ({ dangling }),
      cli: () => [`dangling=${dangling}`],
    }),
  ),
  {
    noun: 'volumes',
    what: 'a compose project',
    filter: () => ({ composeProject: n('shop') }),
    cli: () => [`label=com.docker.compose.project=${n('shop')}`],
  },
];
