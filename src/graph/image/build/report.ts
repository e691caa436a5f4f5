/** From the news of a build to what its operation shows. */
import type {
  BuildNews,
  BuildOutput,
  BuildStep,
  BuildStepState,
  BuildWarning,
} from '../../../engine/build/news.ts';
import type { Reporter } from '../../../long-work/live-work.ts';
import type { StepState } from '../../../long-work/work.ts';

const shown: Readonly<Record<BuildStepState, readonly [state: StepState, status: string]>> = {
  WAITING: ['WAITING', 'Waiting'],
  RUNNING: ['RUNNING', 'Running'],
  DONE: ['DONE', 'Done'],
  CACHED: ['CACHED', 'Cached'],
  FAILED: ['FAILED', 'Failed'],
  CANCELED: ['CANCELED', 'Canceled'],
};

/** How the builders call the instructions of a Dockerfile, unlike what they do on their own: `[build 2/5] RUN make`. */
const instruction = /^\[(?:[^\]]* )?\d+\/\d+\] /;

/** So many are kept. */
const mostWarnings = 100;

export interface BuildReport {
  readonly tell: (news: readonly BuildNews[]) => void;
  /** The ID of what was built last. */
  readonly image: () => string | undefined;
  readonly failedStep: () => BuildStep | undefined;
}

/**
 * @param isPlain the builder's own output is for people already; otherwise it is made so, as the docker CLI does with
 *   `--progress=plain`
 */
export function createReport(reporter: Reporter, isPlain: boolean): BuildReport {
  const steps = new Map<string, BuildStep>();
  const warnings: BuildWarning[] = [];
  let announced = 0;
  let image: string | undefined;
  let failed: BuildStep | undefined;
  /** The step whose name was put out last. */
  let titled: string | undefined;

  function title(id: string | null): void {
    if (id === null || id === titled) return;
    titled = id;
    reporter.output(`#${id} ${steps.get(id)?.name ?? ''}\n`);
  }

  function measure(): void {
    const all = Array.from(steps.values()).filter(({ name }) => instruction.test(name));
    const done = all.filter(({ state }) => state === 'DONE' || state === 'CACHED').length;
    const total = Math.max(announced, all.length);
    if (total > 0) reporter.progress(done, total, (done / total) * 100);
  }

  function mention({ id, state }: BuildStep): void {
    if (isPlain || state === 'WAITING') return;
    title(id);
    if (state !== 'RUNNING') reporter.output(`#${id} ${shown[state][1].toUpperCase()}\n`);
  }

  function step(one: BuildStep): void {
    const before = steps.get(one.id);
    steps.set(one.id, one);
    if (one.state === 'FAILED') failed = one;
    const [state, status] = shown[one.state];
    const { id, name, startedAt, finishedAt } = one;
    reporter.step({ id, name, state, status, startedAt, finishedAt });
    if (before?.state !== one.state) mention(one);
    measure();
  }

  function write({ step: of, text }: BuildOutput): void {
    if (isPlain || of === null) {
      reporter.output(`${text}\n`);
    } else {
      title(of);
      reporter.output(`#${of} ${text}\n`);
    }
  }

  function warn(warning: BuildWarning): void {
    if (warnings.length >= mostWarnings) return;
    warnings.push(warning);
    reporter.result({ warnings: [...warnings] });
    reporter.output(`WARNING: ${warning.message}\n`);
  }

  function one(news: BuildNews): void {
    switch (news.type) {
      case 'step':
        step(news.step);
        break;
      case 'output':
        write(news.output);
        break;
      case 'warning':
        warn(news.warning);
        break;
      case 'image':
        image = news.id;
        break;
      case 'total':
        announced = news.steps;
        measure();
        break;
    }
  }

  return {
    tell: (news) => {
      for (const each of news) one(each);
    },
    image: () => image,
    failedStep: () => failed,
  };
}
