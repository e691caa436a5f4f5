/** Walks through JSON of the docker CLI, leaf by leaf, and looks for each value where the graph should have it. */

/** Whether the graph's value says the same as Docker's; `noun` is the graph's object that it is part of. */
export type Same = (docker: unknown, graph: unknown, noun?: unknown) => boolean;

/** Where in the graph a property of Docker's is, when it is not under its own name beside its neighbours. */
export interface Rule {
  /** Dotted, from the object that stands for the property's owner, or with `^` from the noun; '' is that object. */
  readonly to?: string;
  /** Objects among which the graph shares out the properties of this one, such as `resources` and `dns`. */
  readonly among?: readonly string[];
  /**
   * The graph's field by which items of a list are told apart: the one that has the key, where Docker has a map of
   * objects, and the one of Docker's own name, where the order of Docker's list means nothing.
   */
  readonly keyed?: string;
  readonly same?: Same;
}

/** By the path in Docker's JSON: `HostConfig.Mounts[].Type`, with `*` for the keys of maps. */
export type Rules = Readonly<Record<string, Rule>>;

/** By the same paths: why the graph does not have it. What is below is excused too. */
export type Excuses = Readonly<Record<string, string>>;

export interface Missing {
  /** Which object, such as `container web`. */
  readonly of: string;
  /** The path in Docker's JSON, with the keys of maps as `*`. */
  readonly path: string;
  readonly docker: unknown;
  /** Undefined where the graph has no such field. */
  readonly graph: unknown;
}

type Json = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const plainName = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();

/** One step down, by a name whose spelling may differ in case and punctuation. */
function step(from: unknown, name: string): unknown {
  if (!isRecord(from)) return from === null ? null : undefined;
  const found = Object.keys(from).find((key) => plainName(key) === plainName(name));
  return found === undefined ? undefined : from[found];
}

const follow = (from: unknown, dotted: string): unknown => dotted.split('.').reduce(step, from);

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Nanoseconds since 1970, or undefined for what is no time. */
export function instantOf(value: unknown): bigint | undefined {
  const parts = typeof value === 'string' ? time.exec(value) : null;
  if (!parts) return undefined;
  const [, seconds = '', fraction = '', zone = ''] = parts;
  return BigInt(Date.parse(`${seconds}${zone}`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** What Go writes for a time that never was. */
const zeroTime = instantOf('0001-01-01T00:00:00Z');

/** Docker's empty text, null and zero time are null in the graph; everything else is the same value. */
const sameLeaf: Same = (docker, graph) => {
  if (docker === null || docker === '') return graph === null || (Array.isArray(graph) && graph.length === 0);
  const instant = instantOf(docker);
  if (instant === undefined) return docker === graph;
  return instant === zeroTime ? graph === null : instantOf(graph) === instant;
};

/** `EXITED` for "exited", and nothing for an empty word; never UNKNOWN. */
function sameWord(word: unknown, member: unknown): boolean {
  if (word === '' || word === null) return member !== 'UNKNOWN';
  return typeof word === 'string' && typeof member === 'string' && plainName(word) === plainName(member);
}

interface Place {
  readonly of: string;
  readonly path: string;
  readonly noun: unknown;
}

export interface Finding {
  readonly missing: readonly Missing[];
  /** How many values were looked for. */
  readonly looked: number;
}

/** What of `docker` is not found in `graph`, which is the answer for the same object. */
export function findMissing(
  of: string,
  docker: unknown,
  graph: unknown,
  rules: Rules,
  excuses: Excuses = {},
): Finding {
  let looked = 0;
  const missing: Missing[] = [];
  const miss = ({ path }: Place, docker: unknown, graph: unknown): void => {
    missing.push({ of, path, docker, graph });
  };

  const list = (docker: readonly unknown[], graph: unknown, place: Place): void => {
    if (!Array.isArray(graph) || graph.length !== docker.length) {
      miss(place, docker, graph);
      return;
    }
    const { keyed } = rules[place.path] ?? {};
    for (const [index, item] of docker.entries()) {
      const found: unknown =
        keyed === undefined ? graph[index] : graph.find((each) => step(each, keyed) === step(item, keyed));
      value(item, found, undefined, { ...place, path: `${place.path}[]` });
    }
  };

  const map = (docker: Json, graph: readonly unknown[], place: Place): void => {
    const { keyed } = rules[place.path] ?? {};
    if (graph.length !== Object.keys(docker).length) miss(place, docker, graph);
    for (const [key, own] of Object.entries(docker)) {
      const below = { ...place, path: `${place.path}.*` };
      const item = graph.find((item) => (isRecord(item) ? item[keyed ?? 'key'] : item) === key);
      looked += 1;
      if (item === undefined) miss(below, { [key]: own }, undefined);
      else if (keyed !== undefined) value(own, item, undefined, below);
      else if (isRecord(item) ? item['value'] !== own : !isEmpty(own)) miss(below, own, item);
    }
  };

  const struct = (docker: Json, graph: Json, place: Place): void => {
    const { among = [] } = rules[place.path] ?? {};
    for (const [key, own] of Object.entries(docker)) {
      const path = place.path === '' ? key : `${place.path}.${key}`;
      const to = rules[path]?.to ?? key;
      const absolute = to.startsWith('^');
      const homes = absolute ? [place.noun] : [graph, ...among.map((name) => follow(graph, name))];
      const name = absolute ? to.slice(1) : to;
      const home = homes.find((home) => name === '' || follow(home, name) !== undefined);
      const found = name === '' ? home : follow(home, name);
      value(own, found, name === '' ? undefined : follow(home, `${name}Raw`), { ...place, path });
    }
  };

  const value = (docker: unknown, graph: unknown, raw: unknown, place: Place): void => {
    if (excuses[place.path] !== undefined) return;
    looked += 1;
    const { same } = rules[place.path] ?? {};
    if (graph === undefined) miss(place, docker, graph);
    else if (same) {
      if (!same(docker, graph, place.noun)) miss(place, docker, graph);
    } else if (Array.isArray(docker)) list(docker, graph, place);
    else if (isRecord(docker)) {
      if (Array.isArray(graph)) map(docker, graph, place);
      else if (isRecord(graph)) struct(docker, graph, place);
      else if (!isEmpty(docker)) miss(place, docker, graph);
    } else if (raw === undefined) {
      if (!sameLeaf(docker, graph)) miss(place, docker, graph);
    } else if (!sameLeaf(docker, raw) || !sameWord(docker, graph)) miss(place, docker, [graph, raw]);
  };

  value(docker, graph, undefined, { of, path: '', noun: graph });
  return { missing, looked };
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'no such field';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** One line for each path, with the first object that it is missing of. */
export function reportOf(missing: readonly Missing[]): string {
  return [...new Set(missing.map(({ path }) => path))]
    .map((path) => {
      const [first, ...others] = missing.filter((each) => each.path === path);
      const more = others.length > 0 ? ` (and ${others.length} more)` : '';
      return `${path} of ${first?.of}${more}: Docker says ${shown(first?.docker)}, the graph ${shown(first?.graph)}`;
    })
    .join('\n');
}
