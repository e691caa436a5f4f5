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
  if (error !== '') return isCancelled(error) ? 'CANCELLED' : 'FAILED';
  if (cached) return 'CACHED';
  if (completed) return 'DONE';
  return started ? 'RUNNING' : 'WAITING';
}

const stepOf = (vertex: BuildVertex): BuildStep => ({
  id: vertex.digest,
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
  const steps = new Map<string, BuildStep>();
  const lines = createOutputLines();

  function know(step: BuildStep): BuildNews[] {
    const known = steps.get(step.id);
    if (sameStep(known, step) || (!known && steps.size >= mostSteps)) return [];
    steps.set(step.id, step);
    const news: BuildNews[] = step.finishedAt ? lines.end(step.id).map(asOutput) : [];
    if (!known) news.unshift({ type: 'total', steps: steps.size });
    return [...news, { type: 'step', step }];
  }

  function follow({ vertexes, logs, warnings }: BuildTrace): BuildNews[] {
    return [
      ...vertexes.filter(({ completed }) => !completed).flatMap((vertex) => know(stepOf(vertex))),
      // Before the end of their steps, as output of a step that is over would look odd.
      ...logs
        .filter(({ vertex }) => steps.has(vertex))
        .flatMap(({ vertex, stream, data }) =>
          lines.add({ step: vertex, stream: stream === 2 ? 'stderr' : 'stdout' }, data).map(asOutput),
        ),
      ...vertexes.filter(({ completed }) => completed).flatMap((vertex) => know(stepOf(vertex))),
      ...warnings.map((each): BuildNews => ({ type: 'warning', warning: warningOf(each) })),
    ];
  }

  return {
    read: ({ id, aux, stream }) => {
      if (id === 'moby.buildkit.trace') return follow(traceOf(aux));
      const image = isJsonObject(aux) ? aux['ID'] : undefined;
      if (typeof image === 'string') return [{ type: 'image', id: image }];
      return stream ? lines.add({ step: null, stream: 'stdout' }, stream).map(asOutput) : [];
    },
    end: () => {
      const news: BuildNews[] = lines.end().map(asOutput);
      for (const step of steps.values()) {
        const isOpen = step.state === 'RUNNING' || step.state === 'WAITING';
        if (isOpen) news.push(...know({ ...step, state: 'CANCELLED', finishedAt: now() }));
      }
      return news;
    },
  };
}
