/**
 * Writes src/coverage/documented from the API documents: `npx tsx test/coverage/documented.ts ../shared/engine-api`.
 * Names and versions only. What the documents have wrong is put right on the way, as they say themselves.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, listAt, textAt } from '../support/json.ts';

/** The oldest API that the gateway speaks: what is older has no version beside its name. */
const oldest = 41;
const minor = (version: string): number => Number(version.split('.')[1]);

interface Field {
  readonly name: string;
  readonly type: string;
  readonly since: number;
  /** The last version that had it. */
  readonly last?: number;
}
interface Definition {
  readonly direction: string;
  readonly fields: Field[];
}
type Definitions = Map<string, Definition>;

/** Each file of ours: what it is about, and which definitions of the documents are in it. */
const files = [
  { name: 'answers', directions: ['out', 'stream'], about: 'What the Engine tells.' },
  { name: 'bodies', directions: ['in'], about: 'What the Engine is told.' },
  { name: 'both', directions: ['in+out'], about: 'What the Engine tells and is told in the same form.' },
];

/** Only ever a part of others, which list its fields themselves. */
const parts: ReadonlySet<string> = new Set(['Resources']);

function definitionsOf(document: unknown): Definitions {
  const definitions: Definitions = new Map();
  for (const name of Object.keys(at(document, 'definitions') ?? {})) {
    if (parts.has(name)) continue;
    const fields = listAt(document, 'definitions', name, 'fields').map((field) => ({
      name: textAt(field, 'name'),
      type: textAt(field, 'type'),
      since: minor(textAt(field, 'since')),
    }));
    definitions.set(name, { direction: textAt(document, 'definitions', name, 'direction'), fields });
  }
  return definitions;
}

/** `[T]`, `{T}` and `T` are all made of `T`. */
const itemOf = (type: string): string => type.replace(/^[[{]+|[\]}]+$/g, '');

function renamed(
  definitions: Definitions,
  place: string,
  from: string | undefined,
  to: string | undefined,
): void {
  const fields = definitions.get(place)?.fields;
  if (!fields) throw new Error(`wireDifferences speak of ${place}, which is not documented`);
  const index = fields.findIndex(({ name }) => name === from);
  const old = fields[index];
  if (old && to) fields[index] = { ...old, name: to };
  else if (old) fields.splice(index, 1);
  else if (to) fields.push({ name: to, type: 'any', since: oldest });
}

/** How many lines `wireDifferences` had when `correct` was written: they are sentences, for a human to read. */
const differencesRead = 18;

/** What `wireDifferences` says, done. */
function correct(definitions: Definitions, differences: number): void {
  if (differences !== differencesRead) {
    throw new Error(`wireDifferences has ${differences} lines and ${differencesRead} of them are known here`);
  }
  renamed(definitions, 'TaskSpec.ContainerSpec', 'HealthCheck', 'Healthcheck');
  renamed(definitions, 'Task', 'AssignedGenericResources', 'GenericResources');
  renamed(definitions, 'Task', undefined, 'Volumes');
  definitions.set('Task.Volumes[]', {
    direction: 'out',
    fields: ['ID', 'Source', 'Target'].map((name) => ({ name, type: 'string', since: oldest })),
  });
  const network = definitions.get('NetworkAttachment')?.fields;
  const attached = network?.find(({ name }) => name === 'Network');
  if (!network || !attached) throw new Error('NetworkAttachment.Network is not documented any more');
  network[network.indexOf(attached)] = { ...attached, type: 'SwarmNetwork' };
  definitions.set('SwarmNetwork', {
    direction: 'out',
    fields: ['ID', 'Version', 'CreatedAt', 'UpdatedAt', 'Spec', 'DriverState', 'IPAMOptions'].map((name) => ({
      name,
      type: 'any',
      since: oldest,
    })),
  });
  // It was the shape of a task's network in the documents alone.
  definitions.delete('Network');
  renamed(definitions, 'Service', undefined, 'PreviousSpec');
  renamed(definitions, 'ServiceSpec', 'Networks', undefined);
  const lower = { Name: 'name', Remote: 'remote', Disabled: 'disabled', PluginPrivilege: 'privileges' };
  for (const [from, to] of Object.entries(lower)) renamed(definitions, 'TaskSpec.PluginSpec', from, to);
  renamed(definitions, 'TaskSpec.PluginSpec', undefined, 'env');
  renamed(definitions, 'NodeDescription', undefined, 'CSIInfo');
  definitions.set('NodeDescription.CSIInfo[]', {
    direction: 'out',
    fields: ['PluginName', 'NodeID', 'MaxVolumesPerNode', 'AccessibleTopology'].map((name) => ({
      name,
      type: 'any',
      since: oldest,
    })),
  });
  const mode = 'ClusterVolumeSpec.AccessMode';
  for (const name of ['Secrets', 'AccessibilityRequirements', 'CapacityRange', 'Availability']) {
    const field = definitions.get(mode)?.fields.find((each) => each.name === name);
    if (!field) continue;
    renamed(definitions, mode, name, undefined);
    definitions.get('ClusterVolumeSpec')?.fields.push(field);
  }
  renamed(definitions, mode, undefined, 'BlockVolume');
  definitions.set(`${mode}.MountVolume`, {
    direction: 'in+out',
    fields: ['FsType', 'MountFlags'].map((name) => ({ name, type: 'any', since: 42 })),
  });
  renamed(definitions, 'Mount', undefined, 'ClusterOptions');
  renamed(definitions, 'SystemInfo', undefined, 'SystemStatus');
  renamed(definitions, 'SwarmInfo', undefined, 'Warnings');
  renamed(definitions, 'Runtime', undefined, 'runtimeType');
  renamed(definitions, 'Runtime', undefined, 'options');
}

/** What was never where the documents had it (see `correct`) was not removed from there either. */
const neverThere: ReadonlySet<string> = new Set(['ClusterVolumeSpec.AccessMode', 'SwarmNetwork']);

/** Steps of a path of `removed`: `[].Containers{}.Name`. */
const steps = (path: string): string[] => path.split('.').map((step) => step.replace(/[[\]{}]+$/, ''));

/**
 * Adds what newer versions have dropped and 1.41 or newer documents, where it stands: in the last definition on its way.
 */
function addRemoved(definitions: Definitions, document: unknown, answers: ReadonlyMap<string, string>): void {
  for (const each of listAt(document, 'removed')) {
    const last = minor(textAt(each, 'last'));
    if (last < oldest) continue;
    const path = textAt(each, 'path');
    let place = itemOf(answers.get(textAt(each, 'operationId')) ?? '');
    const way = steps(path).filter(Boolean);
    for (const step of way.slice(0, -1)) {
      place = itemOf(definitions.get(place)?.fields.find(({ name }) => name === step)?.type ?? '');
    }
    const definition = definitions.get(place);
    const name = way.at(-1) ?? '';
    if (neverThere.has(place)) continue;
    // What is a map or a list of plain values has nothing inside that had a name.
    if (!definition || /^\[\]$/.test(path) || definition.fields.some((field) => field.name === name))
      continue;
    definition.fields.push({ name, type: textAt(each, 'type'), since: minor(textAt(each, 'first')), last });
  }
}

const versioned = ({ name, since, last }: Field): string => {
  const from = since > oldest ? `1.${since}` : '';
  if (last !== undefined) return `${name}@${from}..1.${last}`;
  return from ? `${name}@${from}` : name;
};

const quoted = (key: string): string => (/^[A-Za-z]\w*$/.test(key) ? key : `'${key}'`);

/** One entry of an object: its words on one line, or on as many as they need. */
function entry(key: string, words: readonly string[]): string {
  const line = `  ${quoted(key)}: '${words.join(' ')}',`;
  if (line.length <= 108) return line;
  const lines: string[] = [];
  for (const word of words) {
    const open = lines.at(-1);
    if (open !== undefined && open.length + word.length < 103) lines[lines.length - 1] = `${open} ${word}`;
    else lines.push(`    ${word}`);
  }
  return `  ${quoted(key)}: \`\n${lines.join('\n')}\`,`;
}

const note = 'Written by test/coverage/documented.ts; see `Documented` in ../names.ts for how to read it.';

const table = (about: string, name: string, entries: readonly string[]): string =>
  `/** ${about} ${note} */\nexport const ${name} = {\n${entries.join('\n')}\n} as const;\n`;

const byName = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The text of each file of src/coverage/documented, by its name. */
export function documentedFrom(folder: string): ReadonlyMap<string, string> {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const [document, operations] = [read('fields.json'), listAt(read('operations.json'), 'operations')];
  const definitions = definitionsOf(document);
  const answers = new Map(
    operations.map((each) => [textAt(each, 'operationId'), textAt(each, 'responseSchema')]),
  );
  correct(definitions, listAt(document, 'wireDifferences').length);
  addRemoved(definitions, document, answers);

  const written = new Map<string, string>();
  for (const { name, directions, about } of files) {
    const entries = [...definitions]
      .filter(([, { direction, fields }]) => directions.includes(direction) && fields.length > 0)
      .toSorted(([left], [right]) => byName(left, right))
      .map(([key, { fields }]) => entry(key, fields.map(versioned)));
    written.set(`${name}.ts`, table(about, name, entries));
  }
  const routes = operations
    .map((each) => {
      const query = listAt(each, 'queryParams').map((field) =>
        versioned({ name: textAt(field, 'name'), type: '', since: minor(textAt(field, 'since')) }),
      );
      const since = minor(textAt(each, 'since'));
      const route = `${textAt(each, 'method')} ${textAt(each, 'path')}`;
      return [route, since > oldest ? [`@1.${since}`, ...query] : query] as const;
    })
    .toSorted(([left], [right]) => byName(left, right));
  written.set(
    'operations.ts',
    table(
      'What the Engine can be asked, with its query parameters; `@1.55` first says since when there is the operation itself.',
      'operations',
      routes.map(([route, words]) => entry(route, words)),
    ),
  );
  const version = textAt(document, 'newest');
  written.set(
    'newest.ts',
    `/** The newest API that is documented here. ${note} */\nexport const newest = '${version}';\n`,
  );
  return written;
}

const [, script, folder] = process.argv;
if (script?.endsWith('documented.ts') && folder) {
  for (const [name, text] of documentedFrom(folder))
    writeFileSync(join('src/coverage/documented', name), text);
}
