/** A piece of work while it is done: takes what is reported of it, and tells its followers, not too often. */
import { Follower } from './follower.ts';
import { type OutputLimits, OutputTail } from './output.ts';
import type { Work, WorkKind, WorkProgress, WorkResult, WorkState, WorkStep } from './work.ts';

/** What the work tells of itself. After its end, or once it was given up, nothing of it is heard any more. */
export interface Reporter {
  /** The upload that it waited for is coming: it runs now. */
  began(): void;
  /** Adds a step, or changes what is given of one that is known. A change of `status` forgets `current` and `total`. */
  step(change: Partial<WorkStep> & Pick<WorkStep, 'id'>): void;
  /**
   * All steps together, in a unit that stays the same. What would fall stays where it was.
   *
   * @param percent where it is known better than by the other two: 0 to 100
   */
  progress(current: number, total: number | null, percent?: number | null): void;
  /** Text for people, cut anywhere. Of lines only the last are kept. */
  output(text: string): void;
  /** What is known of the result so far; what `run` resolves with comes on top. */
  result(part: WorkResult): void;
}

/** Milliseconds between two states that followers get, at least. */
const interval = 100;
/** Steps of one piece of work; of more than these nothing is told. */
const mostSteps = 1_000;
/** Characters of an ID, a name or a status: they come from far away. */
const longestText = 512;
const outputLimits: OutputLimits = { lines: 500, characters: 65_536, lineCharacters: 4_096 };
/** While it is not done, it is not all done. */
const mostPercent = 99.9;

const clip = (text: string): string => text.slice(0, longestText);

const amount = (value: number | null | undefined): number | null =>
  typeof value === 'number' && value >= 0 ? value : null;

function changed(known: WorkStep | undefined, change: Parameters<Reporter['step']>[0]): WorkStep {
  const before =
    known ??
    ({
      name: null,
      status: '',
      state: 'WAITING',
      current: null,
      total: null,
      startedAt: null,
      finishedAt: null,
    } as const);
  const status = clip(change.status ?? before.status);
  const rest = status === before.status ? before : { current: null, total: null };
  return {
    id: clip(change.id),
    name: change.name === undefined ? before.name : change.name && clip(change.name),
    status,
    state: change.state ?? before.state,
    current: amount(change.current === undefined ? rest.current : change.current),
    total: amount(change.total === undefined ? rest.total : change.total),
    startedAt: change.startedAt === undefined ? before.startedAt : change.startedAt,
    finishedAt: change.finishedAt === undefined ? before.finishedAt : change.finishedAt,
  };
}

/** Only what is told of a result: whatever else comes with it is not held. */
function merged(
  known: WorkResult,
  { changed: hasChanged, image, images, digest, plugin, service, warnings }: WorkResult,
): WorkResult {
  return {
    changed: hasChanged ?? known.changed,
    image: image ?? known.image,
    images: images ?? known.images,
    digest: digest ?? known.digest,
    service: service ?? known.service,
    plugin: plugin ?? known.plugin,
    warnings: warnings ?? known.warnings,
  };
}

interface Begun {
  readonly key: string;
  readonly order: number;
  readonly engine: string;
  readonly kind: WorkKind;
  readonly subject: string | null;
  readonly waitsForUpload: boolean;
  readonly now: () => number;
  /** Called when followers would be told, if anybody wants to know. */
  readonly onChange: () => void;
  readonly isWatched: () => boolean;
}

export class LiveWork {
  readonly #begun: Begun;
  readonly #createdAt: number;
  readonly #steps = new Map<string, WorkStep>();
  readonly #output = new OutputTail(outputLimits);
  readonly #followers = new Set<Follower>();
  #state: WorkState;
  #isStopping = false;
  #startedAt: number | null;
  #finishedAt: number | null = null;
  #progress: WorkProgress = { current: 0, total: null, percent: null };
  #result: WorkResult = {};
  #error: unknown = null;
  /** Made when somebody looks, and the same for all until something changes. */
  #seen: Work | undefined;
  #timer: NodeJS.Timeout | undefined;
  #publishedAt = Number.NEGATIVE_INFINITY;

  constructor(begun: Begun) {
    this.#begun = begun;
    this.#createdAt = begun.now();
    this.#state = begun.waitsForUpload ? 'WAITING_FOR_UPLOAD' : 'RUNNING';
    this.#startedAt = begun.waitsForUpload ? null : this.#createdAt;
  }

  readonly reporter: Reporter = {
    began: () => {
      if (this.#state !== 'WAITING_FOR_UPLOAD') return;
      this.#state = 'RUNNING';
      this.#startedAt = this.#begun.now();
      this.#publish();
    },
    step: (change) => {
      const known = this.#steps.get(clip(change.id));
      if (this.hasEnded || (!known && this.#steps.size >= mostSteps)) return;
      const step = changed(known, change);
      this.#steps.set(step.id, step);
      this.#changed();
    },
    progress: (current, total, percent) => {
      if (this.hasEnded) return;
      const before = this.#progress;
      const sum = total === null ? before.total : Math.max(before.total ?? 0, total);
      const done = Math.max(before.current, sum === null ? current : Math.min(current, sum));
      const share = percent ?? (sum ? (done / sum) * 100 : null);
      this.#progress = {
        current: done,
        total: sum,
        percent:
          share === null ? before.percent : Math.max(before.percent ?? 0, Math.min(share, mostPercent)),
      };
      this.#changed();
    },
    output: (text) => {
      if (this.hasEnded) return;
      this.#output.write(text);
      this.#changed();
    },
    result: (part) => {
      if (this.hasEnded) return;
      this.#result = merged(this.#result, part);
      this.#changed();
    },
  };

  get hasEnded(): boolean {
    return this.#finishedAt !== null;
  }

  /** As it is now. */
  look(): Work {
    const { key, order, engine, kind, subject } = this.#begun;
    this.#seen ??= {
      key,
      order,
      engine,
      kind,
      subject,
      state: this.#state,
      isStopping: this.#isStopping,
      createdAt: this.#createdAt,
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      progress: this.#progress,
      steps: [...this.#steps.values()],
      output: this.#output.lines(),
      outputCount: this.#output.count,
      result: this.#result,
      error: this.#error,
    };
    return this.#seen;
  }

  follow(): Follower {
    const follower: Follower = new Follower(this.look(), () => this.#followers.delete(follower));
    if (!this.hasEnded) this.#followers.add(follower);
    return follower;
  }

  /** It was told to stop. */
  stopping(): void {
    if (this.hasEnded || this.#isStopping) return;
    this.#isStopping = true;
    this.#publish();
  }

  succeed(result: WorkResult): void {
    if (this.hasEnded) return;
    const { current, total } = this.#progress;
    this.#result = merged(this.#result, result);
    this.#progress = { current: total ?? current, total: total ?? current, percent: 100 };
    this.#end('SUCCEEDED');
  }

  fail(error: unknown, state: 'FAILED' | 'CANCELED'): void {
    if (this.hasEnded) return;
    this.#error = error;
    this.#end(state);
  }

  #end(state: WorkState): void {
    this.#state = state;
    this.#isStopping = false;
    this.#finishedAt = this.#begun.now();
    this.#output.end();
    this.#publish();
    this.#followers.clear();
  }

  #changed(): void {
    this.#seen = undefined;
    if (this.#timer || (this.#followers.size === 0 && !this.#begun.isWatched())) return;
    const wait = this.#publishedAt + interval - performance.now();
    this.#timer = setTimeout(() => this.#publish(), Math.max(0, wait));
    this.#timer.unref();
  }

  #publish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publishedAt = performance.now();
    this.#seen = undefined;
    const work = this.look();
    for (const follower of this.#followers) follower.offer(work);
    this.#begun.onChange();
  }
}
