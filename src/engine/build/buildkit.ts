/** The progress of BuildKit: its trace, and the ID of what was built. */
import { EngineError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { BuildNews, BuildOutput, BuildReader, BuildStep, BuildStepState, BuildWarning } from './news.ts';
import { createOutputLines } from './output.ts';
import { type BuildTrace, type BuildVertex, type BuildWarningTrace, decodeTrace, momentOf } from './trace.ts';

/** No Dockerfile has as many; a daemon that lies does not fill the memory. */
const mostSteps = 5_000;

const asOutput = (output: BuildOutput): BuildNews => ({ type: 'output', output });

/** Those under way when another one fails end with it, and with such a word. */
const isCancelled = (error: string): boolean => /context cancell?ed/.test(error);

function stateOf({ error, completed, started, cached }: BuildVertex): BuildStepState {
  if (error !== '') return isCancelled(error) ? 'CANCELED' : 'FAILED';
  if (cached) return 'CACHED';
  if (completed) return 'DONE';
  return started ? 'RUNNING' : 'WAITING';
}

const stepOf = (vertex: BuildVertex, id: string): BuildStep => ({
  id,
  name: vertex.name,
  state: stateOf(vertex),
  startedAt: momentOf(vertex.started),
  finishedAt: momentOf(vertex.completed),
});

const warningOf = ({ short, detail, url, source, ranges }: BuildWarningTrace): BuildWarning => ({
  message: short,
  details: detail,
  url: url || null,
  file: source?.filename || null,
  line: ranges[0]?.start?.line || null,
});

function traceOf(aux: unknown): BuildTrace {
  try {
    return decodeTrace(typeof aux === 'string' ? aux : '');
  } catch (cause) {
    throw new EngineError({
      kind: 'protocol',
      route: 'POST /build',
      message: 'The Engine garbled the progress of the build.',
      cause,
    });
  }
}

const sameStep = (a: BuildStep | undefined, b: BuildStep): boolean =>
  a?.state === b.state && a.name === b.name && a.startedAt === b.startedAt && a.finishedAt === b.finishedAt;

export function createBuildKitReader(now = () => new Date().toISOString()): BuildReader {
  /** By their digests, in the order in which they were first told of. */
  const steps = new Map<string, BuildStep>();
  const lines = createOutputLines();

  function know(vertex: BuildVertex): BuildNews[] {
    const known = steps.get(vertex.digest);
    if (!known && steps.size >= mostSteps) return [];
    const step = stepOf(vertex, known?.id ?? String(steps.size + 1));
    if (sameStep(known, step)) return [];
    steps.set(vertex.digest, step);
    const rest: BuildNews[] = step.finishedAt ? lines.end(step.id).map(asOutput) : [];
    return [...rest, { type: 'step', step }];
  }

  function write({ vertex, stream, data }: BuildTrace['logs'][number]): BuildNews[] {
    const step = steps.get(vertex);
    if (!step) return [];
    return lines.add({ step: step.id, stream: stream === 2 ? 'stderr' : 'stdout' }, data).map(asOutput);
  }

  const follow = ({ vertexes, logs, warnings }: BuildTrace): BuildNews[] => [
    ...vertexes.filter(({ completed }) => !completed).flatMap(know),
    // Before the end of its step: what comes after that looks as if somebody else had written it.
    ...logs.flatMap(write),
    ...vertexes.filter(({ completed }) => completed).flatMap(know),
    ...warnings.map((each): BuildNews => ({ type: 'warning', warning: warningOf(each) })),
  ];

  return {
    read: ({ id, aux, stream }) => {
      if (id === 'moby.buildkit.trace') return follow(traceOf(aux));
      const image = isJsonObject(aux) ? aux['ID'] : undefined;
      if (typeof image === 'string') return [{ type: 'image', id: image }];
      return stream ? lines.add({ step: null, stream: 'stdout' }, stream).map(asOutput) : [];
    },
    end: () => [
      ...lines.end().map(asOutput),
      ...Array.from(steps.values())
        .filter(({ state }) => state === 'RUNNING')
        .map(
          (step): BuildNews => ({ type: 'step', step: { ...step, state: 'CANCELED', finishedAt: now() } }),
        ),
    ],
  };
}
