/** The ledger as a page: `schema/coverage.md`, and what `dockgraph schema coverage` prints. */

import { newest } from './documented/newest.ts';
import type { Item, Kind } from './documented.ts';
import type { Entry, Ledger } from './ledger.ts';
import { waivers as ownWaivers, type Waiver } from './waivers.ts';

const code = (text: string): string => `\`${text}\``;

/** More coordinates than these say nothing more. */
const mostShown = 6;

/** `Container.size`, `Query.image(ref:)`: the nearest to the roots first. */
function shown(coordinates: readonly string[]): string {
  const rest = coordinates.length - mostShown;
  const first = coordinates.slice(0, mostShown).map(code).join(', ');
  return rest > 0 ? `${first} and ${rest} more` : first;
}

const versionsOf = ({ since, last }: Item): string =>
  [since && `since ${since}`, last && `up to ${last}`].filter(Boolean).join(', ');

function placeOf({ coordinates, routes, waiver }: Entry, numbers: ReadonlyMap<string, number>): string {
  if (waiver !== undefined) return `waived (${numbers.get(waiver) ?? '?'})`;
  if (coordinates.length === 0) return '**nowhere**';
  return [shown(coordinates), ...routes.map(code)].join(', ');
}

const sections: readonly { readonly kind: Kind; readonly title: string; readonly about: string }[] = [
  {
    kind: 'operation',
    title: 'Operations',
    about:
      'Where each is asked for. A coordinate is here when its description names the operation; a path after them is a route beside the graph.',
  },
  { kind: 'parameter', title: 'Query parameters', about: 'What of the schema becomes each of them.' },
  { kind: 'answer', title: 'Answers', about: 'Where each field of what the Engine tells can be read.' },
  {
    kind: 'body',
    title: 'Bodies',
    about: 'What of the schema becomes each field of what the Engine is told.',
  },
];

const names: Readonly<Record<Kind, string>> = {
  operation: 'operations',
  parameter: 'query parameters',
  answer: 'fields of answers',
  body: 'fields of bodies',
};

function* countLines(entries: readonly Entry[]): Generator<string> {
  yield '| of the API documents | all | in the schema | waived | nowhere |';
  yield '| --- | ---: | ---: | ---: | ---: |';
  for (const { kind } of sections) {
    const all = entries.filter(({ item }) => item.kind === kind);
    const waived = all.filter(({ waiver }) => waiver !== undefined).length;
    const mapped = all.filter(
      ({ coordinates, waiver }) => waiver === undefined && coordinates.length > 0,
    ).length;
    yield `| ${names[kind]} | ${all.length} | ${mapped} | ${waived} | ${all.length - mapped - waived} |`;
  }
}

function* operationLines(entries: readonly Entry[], numbers: ReadonlyMap<string, number>): Generator<string> {
  yield '| operation | coordinates |';
  yield '| --- | --- |';
  for (const entry of entries) {
    const versions = versionsOf(entry.item);
    yield `| ${code(entry.item.name)}${versions && ` (${versions})`} | ${placeOf(entry, numbers)} |`;
  }
}

function* fieldLines(entries: readonly Entry[], numbers: ReadonlyMap<string, number>): Generator<string> {
  let of = '';
  for (const entry of entries) {
    const { item } = entry;
    if (item.of !== of) {
      if (of !== '') yield '';
      of = item.of;
      yield code(of);
      yield '';
    }
    const versions = versionsOf(item);
    yield `- ${code(item.own)}${versions && ` (${versions})`}: ${placeOf(entry, numbers)}`;
  }
}

function* waiverLines(waivers: readonly Waiver[]): Generator<string> {
  for (const [index, { reason, items }] of waivers.entries()) {
    yield `${index + 1}. ${reason} (${items.length})`;
  }
}

function* lines({ entries, beyond }: Ledger, waivers: readonly Waiver[]): Generator<string> {
  const numbers = new Map(waivers.map(({ reason }, index) => [reason, index + 1]));
  yield '# Coverage of the Engine API';
  yield '';
  yield `Everything that the documents of the Docker Engine API up to ${newest} list, and where it is in the schema.`;
  yield 'Written by `dockgraph schema coverage` from the schema itself; the check fails where something is nowhere.';
  yield '';
  yield* countLines(entries);
  if (waivers.length > 0) {
    yield '';
    yield '## Waivers';
    yield '';
    yield 'What is not in the schema, and why. The number of fields is in brackets.';
    yield '';
    yield* waiverLines(waivers);
  }
  for (const { kind, title, about } of sections) {
    const own = entries.filter(({ item }) => item.kind === kind);
    yield '';
    yield `## ${title}`;
    yield '';
    yield about;
    yield '';
    yield* kind === 'operation' ? operationLines(own, numbers) : fieldLines(own, numbers);
  }
  yield '';
  yield '## Not documented';
  yield '';
  yield 'Operations that the Engine has, its documents do not list, and the schema offers all the same.';
  yield '';
  yield* operationLines(beyond, numbers);
}

/** The page, with a line end behind each line. */
export const coverageDocument = (ledger: Ledger, waivers: readonly Waiver[] = ownWaivers): string =>
  [...lines(ledger, waivers)].map((line) => `${line}\n`).join('');
