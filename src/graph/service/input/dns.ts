/** How the tasks of a service are to resolve names. */
import { builder } from '../../builder.ts';
import { hostEntry } from '../../container/input/dns.ts';
import { mirrors } from '../../kit/wire.ts';
import type { Place } from '../../mutation/input-error.ts';
import { changedList, changedTexts, checkChange } from './change.ts';
import type { ContainerSpecBody } from './spec-types.ts';

export const ServiceDnsUpdateInput = builder.inputType('ServiceDnsUpdateInput', {
  ...mirrors('TaskSpec.ContainerSpec.DNSConfig', {
    servers: 'TaskSpec.ContainerSpec.DNSConfig.Nameservers',
    extraHosts: 'TaskSpec.ContainerSpec.Hosts',
  }),
  description: 'How the tasks of a service are to resolve names. What is left out stays as it is.',
  fields: (t) => ({
    servers: t.stringList({
      description: 'All DNS servers there are to be; an empty list is those of the Engine.',
    }),
    addServers: t.stringList({ description: 'DNS servers to add.' }),
    removeServers: t.stringList({ description: 'DNS servers to take away.' }),
    options: t.stringList({ description: 'All options of the resolver there are to be.' }),
    addOptions: t.stringList({ description: 'Options of the resolver to add.' }),
    removeOptions: t.stringList({ description: 'Options of the resolver to take away.' }),
    search: t.stringList({ description: 'All domains there are to be to look short names up in.' }),
    addSearch: t.stringList({ description: 'Domains to look short names up in to add.' }),
    removeSearch: t.stringList({ description: 'Domains to look short names up in to take away.' }),
    extraHosts: t.stringList({
      description: 'All entries there are to be for the hosts file, as `name:address`.',
    }),
    addExtraHosts: t.stringList({ description: 'Entries to add to the hosts file, as `name:address`.' }),
    removeExtraHosts: t.stringList({
      description: 'Entries to take from the hosts file: `name`, or `name:address` for that one alone.',
    }),
  }),
});

export type DnsWish = Partial<typeof ServiceDnsUpdateInput.$inferInput>;

/** The daemon has entries as a hosts file does, `address name`; users write them as the docker CLI takes them. */
function swarmHost(entry: string): string {
  const colon = hostEntry(entry);
  const end = colon.indexOf(':');
  return end < 0 ? colon : `${colon.slice(end + 1)} ${colon.slice(0, end)}`;
}

/** An entry without a name; undefined once it has none left. One may have several, which only the API can make. */
function withoutName(entry: string, gone: string): string | undefined {
  const [address = '', ...names] = entry.split(/\s+/).filter(Boolean);
  const colon = gone.indexOf(':');
  const name = colon < 0 ? gone : gone.slice(0, colon);
  if (colon >= 0 && gone.slice(colon + 1) !== address) return entry;
  const left = names.filter((each) => each !== name);
  if (left.length === names.length) return entry;
  return left.length === 0 ? undefined : [address, ...left].join(' ');
}

function hostsBody(current: ContainerSpecBody['Hosts'], wish: DnsWish): readonly string[] | undefined {
  const { extraHosts, addExtraHosts, removeExtraHosts } = wish;
  const gone = (removeExtraHosts ?? []).map(hostEntry);
  const left = gone.reduce<readonly string[]>(
    (entries, one) => entries.flatMap((entry) => withoutName(entry, one) ?? []),
    current ?? [],
  );
  return changedList<string>(
    left,
    { all: extraHosts?.map(swarmHost), add: addExtraHosts?.map(swarmHost), remove: removeExtraHosts && [] },
    (entry) => entry,
  );
}

/** @throws InputError for a list that is both replaced and changed */
export function dnsBody(
  current: ContainerSpecBody,
  wish: DnsWish | null | undefined,
  place: Place,
): Pick<ContainerSpecBody, 'DNSConfig' | 'Hosts'> {
  if (!wish) return {};
  const { servers, options, search, extraHosts } = wish;
  const changes = {
    servers: { all: servers, add: wish.addServers, remove: wish.removeServers },
    options: { all: options, add: wish.addOptions, remove: wish.removeOptions },
    search: { all: search, add: wish.addSearch, remove: wish.removeSearch },
  };
  for (const [field, change] of Object.entries(changes)) checkChange(place, field, change);
  checkChange(place, 'extraHosts', {
    all: extraHosts,
    add: wish.addExtraHosts,
    remove: wish.removeExtraHosts,
  });
  const before = current.DNSConfig;
  return {
    DNSConfig: {
      Nameservers: changedTexts(before?.Nameservers, changes.servers) ?? before?.Nameservers,
      Options: changedTexts(before?.Options, changes.options) ?? before?.Options,
      Search: changedTexts(before?.Search, changes.search) ?? before?.Search,
    },
    Hosts: hostsBody(current.Hosts, wish) ?? current.Hosts,
  };
}
