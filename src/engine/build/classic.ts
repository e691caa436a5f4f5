/** The progress of the classic builder: text for people, with the IDs of what was built beside it. */
import { isJsonObject } from '../json.ts';
import type { BuildNews, BuildOutput, BuildReader, BuildStep, BuildStepState } from './news.ts';
import { createOutputLines } from './output.ts';

/** A message of its own, whose line end is another one. */
const header = /^Step (\d+)\/(\d+) : (.*)$/s;
/** How the daemon marks what a step writes to its standard error: red, for terminals. */
const errorMark = { before: '\u001b[91m', after: '\u001b[0m' };

function unmarked(text: string): string | undefined {
  const { before, after } = errorMark;
  const isMarked = text.startsWith(before) && text.endsWith(after);
  return isMarked ? text.slice(before.length, -after.length) : undefined;
}

const asOutput = (output: BuildOutput): BuildNews => ({ type: 'output', output });

/** @param now the present as RFC 3339: this builder tells no times */
export function createClassicReader(now = () => new Date().toISOString()): BuildReader {
  const lines = createOutputLines();
  let current: BuildStep | undefined;
  let number = 0;
  let total = 0;
  /** Whether the step has begun to do anything: what looks like the builder's words may be its output from then on. */
  let isBegun = false;

  const finish = (state: BuildStepState): BuildNews[] => {
    if (!current) return [];
    const step: BuildStep = {
      ...current,
      state: state === 'DONE' && current.state === 'CACHED' ? 'CACHED' : state,
      finishedAt: now(),
    };
    current = undefined;
    return [...lines.end().map(asOutput), { type: 'step', step }];
  };

  /** Output that says the same is not taken for the next step, unless it guesses its number too. */
  function begin(text: string): BuildNews[] | undefined {
    const [, its = '', all = '', instruction = ''] = header.exec(text) ?? [];
    if (Number(its) !== number + 1 || (total > 0 && Number(all) !== total)) return undefined;
    const news: BuildNews[] = total > 0 ? [] : [{ type: 'total', steps: Number(all) }];
    news.push(...finish('DONE'));
    number = Number(its);
    total = Number(all);
    isBegun = false;
    current = {
      id: its,
      name: `[${its}/${all}] ${instruction}`,
      state: 'RUNNING',
      startedAt: now(),
      finishedAt: null,
    };
    return [...news, { type: 'step', step: current }];
  }

  function write(text: string): BuildNews[] {
    const begun = begin(text);
    if (current && !begun && text === ' ---> Using cache\n' && !isBegun)
      current = { ...current, state: 'CACHED' };
    if (!begun && text.startsWith(' ---> ')) isBegun = true;
    const marked = unmarked(text);
    const source = { step: current?.id ?? null, stream: marked === undefined ? 'stdout' : 'stderr' } as const;
    return [...(begun ?? []), ...lines.add(source, marked ?? text).map(asOutput)];
  }

  return {
    read: ({ stream, aux, id: layer, status, progressDetail }) => {
      const id = isJsonObject(aux) ? aux['ID'] : undefined;
      const isFlood = progressDetail?.total !== undefined;
      const line = status && !isFlood ? `${layer ? `${layer}: ` : ''}${status}\n` : '';
      return [
        ...(stream ? write(stream) : []),
        // A base image that is fetched.
        ...lines.add({ step: current?.id ?? null, stream: 'stdout' }, line).map(asOutput),
        ...(typeof id === 'string' ? [{ type: 'image', id } as const] : []),
      ];
    },
    end: (isDone) => {
      const news = finish(isDone ? 'DONE' : 'FAILED');
      return [...news, ...lines.end().map(asOutput)];
    },
  };
}
