/** The lines of some containers, as one stream that can be left at any moment. */
import type { Context } from '../../../context.ts';
import { system } from '../../../engine/operations/system.ts';
import type { OutputStream } from '../../../engine/streams/lines.ts';
import type { Entry, Position } from '../../../logs/position.ts';
import type { LogReader } from '../../../logs/reader.ts';
import type { Beginning } from '../../../logs/source.ts';
import { nanosOf, unixSeconds } from '../../kit/time.ts';
import { chosenContainers, mostContainers, tooMany } from '../chosen.ts';
import type { ContainerFilterInput } from '../filter.ts';
import { watchFitting } from '../fitting.ts';
import type { ContainerModel } from '../model.ts';
import { encodeCursor, newestOf, type Positions, positionKey } from './cursor.ts';
import type { LogLineModel } from './line.ts';
import { type Dropped, LogMerge, type MergeOptions, type Portion } from './merge.ts';

/** Milliseconds that a line waits for earlier ones of other containers. */
const reorderWindow = 100;

export interface LogsWanted {
  readonly tail: number | undefined;
  /** Unix seconds. */
  readonly since: string | undefined;
  /** Unix seconds. */
  readonly until: string | undefined;
  readonly follow: boolean;
  readonly acrossRestarts: boolean;
  readonly streams: ReadonlySet<OutputStream>;
  /** Whether a line is wanted by its text; undefined where all are. */
  readonly matches: ((text: string) => boolean) | undefined;
  /** Where to go on; undefined to begin as `tail` and `since` say. */
  readonly after: Positions | undefined;
  readonly whenSlow: MergeOptions['whenSlow'];
  /** Whether anybody asks for cursors: making them costs more than all else of a line. */
  readonly cursors: boolean;
}

export interface LogsChosen {
  readonly refs?: readonly string[] | null | undefined;
  readonly filter?: ContainerFilterInput | null | undefined;
  readonly engine?: string | null | undefined;
  /** Also containers that fit the filter later. */
  readonly includeNew: boolean;
}

/** Lines in order, at least one, or why there are no more. */
export type LogsTaken =
  | { readonly ok: true; readonly lines: readonly LogLineModel[]; readonly dropped: Dropped | undefined }
  | { readonly ok: false; readonly error: unknown };

/** A container that is read. */
interface Member {
  readonly key: string;
  readonly container: ContainerModel;
}

export class ContainerLogs {
  readonly #wanted: LogsWanted;
  readonly #merge: LogMerge<Entry, Member>;
  readonly #positions = new Map<string, Position>();
  /** Where containers stand that are not read now. */
  readonly #past = new Map<string, Position>();
  /** By full ID, those that still write. */
  readonly #writing = new Set<string>();
  readonly #known = new Set<string>();
  readonly #onLeave: (() => void)[] = [];
  #isLeft = false;

  constructor(wanted: LogsWanted, grows: boolean) {
    this.#wanted = wanted;
    this.#merge = new LogMerge({
      window: wanted.follow ? reorderWindow : undefined,
      whenSlow: wanted.whenSlow,
      grows,
    });
    for (const [key, position] of wanted.after ?? []) this.#past.set(key, position);
  }

  /** Resolves when all of them stand. @throws EngineError when one cannot be opened; then all is left */
  async open(found: readonly ContainerModel[]): Promise<void> {
    const { after, tail, since } = this.#wanted;
    const newest = after && newestOf(after);
    const begin: Beginning = newest === undefined ? { tail, since } : { since: newest };
    try {
      await Promise.all(found.map((container) => this.#read(container, begin)));
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /**
   * Reads those as well that are not read yet.
   *
   * @param began Unix seconds from which a container is read that was not there before
   */
  update(found: readonly ContainerModel[], began: string): void {
    const present = new Set(found.map((container) => container.key));
    for (const id of this.#known) if (!present.has(id) && !this.#writing.has(id)) this.#forget(id);
    const more = found.filter(({ key }) => !this.#known.has(key));
    if (this.#writing.size + more.length > mostContainers) {
      this.#merge.fail(tooMany(this.#writing.size + more.length));
      return;
    }
    for (const container of more) {
      this.#read(container, { since: began }).catch((error: unknown) => {
        // It may have gone as fast as it came.
        if (isMissing(error)) this.#known.delete(container.key);
        else this.#merge.fail(error);
      });
    }
  }

  fail(error: unknown): void {
    this.#merge.fail(error);
  }

  async take(portion: Portion): Promise<LogsTaken | undefined> {
    const taken = await this.#merge.take(portion);
    if (!taken?.ok) return taken;
    const { items, dropped } = taken;
    const { acrossRestarts, cursors } = this.#wanted;
    const lines = items.map(({ owner, item: { line, position } }, index): LogLineModel => {
      if (position) this.#positions.set(owner.key, position);
      return {
        container: owner.container,
        line,
        partial: line.cut === 'long' || (acrossRestarts && line.cut === 'end'),
        cursor: cursors ? encodeCursor(this.#positions) : '',
        dropped: index === 0 ? dropped : undefined,
      };
    });
    return { ok: true, lines, dropped };
  }

  /** The place behind all that was taken. */
  get cursor(): string {
    return encodeCursor(this.#positions);
  }

  /** To be called when it is left; at once where it is left already. */
  onLeave(listener: () => void): void {
    if (this.#isLeft) listener();
    else this.#onLeave.push(listener);
  }

  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#merge.leave();
    for (const listener of this.#onLeave.splice(0)) listener();
  }

  async #read(container: ContainerModel, begin: Beginning): Promise<void> {
    const { scope, key: id, details } = container;
    const { streams, until, follow, acrossRestarts } = this.#wanted;
    const key = positionKey(id);
    this.#known.add(id);
    const after = this.#positions.get(key) ?? this.#past.get(key);
    if (after) this.#positions.set(key, after);
    this.#past.delete(key);
    const reader = await scope.logs.follow({
      id,
      streams,
      from: after ? { after } : begin,
      until,
      follow,
      acrossRestarts,
      terminal: details?.Config?.Tty ?? undefined,
    });
    if (this.#isLeft) reader.leave();
    else this.#add(container, reader);
  }

  #add(container: ContainerModel, reader: LogReader): void {
    const { matches } = this.#wanted;
    const key = positionKey(container.key);
    this.#writing.add(container.key);
    this.#merge.add(
      { key, container },
      {
        next: async () => {
          const entries = await reader.next();
          if (!entries) {
            this.#writing.delete(container.key);
            return undefined;
          }
          // Until its first line is given out, a container stands before that one.
          const first = entries[0]?.position;
          if (first && !this.#positions.has(key)) {
            this.#positions.set(key, { ...first, seen: first.seen - 1, held: undefined });
          }
          return matches ? entries.filter(({ line }) => matches(line.text)) : entries;
        },
        leave: () => reader.leave(),
      },
    );
  }

  /** It no longer fits, or has gone: cursors need not tell of it. */
  #forget(id: string): void {
    const key = positionKey(id);
    const position = this.#positions.get(key);
    this.#known.delete(id);
    this.#positions.delete(key);
    if (position) this.#past.set(key, position);
  }
}

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'status' in error && error.status === 404;

/**
 * Opens one log for each container (`GET /containers/{id}/logs`), and merges what they bring. Resolves when all of them
 * stand; leaving it ends them.
 *
 * @throws BadUserInput and NotFound as `chosenContainers` does; EngineError when one of them cannot be opened
 */
export async function openLogs(
  context: Context,
  { includeNew, ...chosen }: LogsChosen,
  wanted: LogsWanted,
): Promise<ContainerLogs> {
  const { filter, engine } = chosen;
  const logs = new ContainerLogs(wanted, includeNew);
  const leave = () => logs.leave();
  context.signal.addEventListener('abort', leave, { once: true });
  logs.onLeave(() => context.signal.removeEventListener('abort', leave));
  if (context.signal.aborted) leave();
  if (!includeNew || !filter) {
    await logs.open(await chosenContainers(context, chosen));
    return logs;
  }
  const watch = watchFitting(context, { filter, engine });
  logs.onLeave(() => watch.leave());
  try {
    const [{ SystemTime }] = await Promise.all([context.scope(engine).call(system.info, {}), watch.ready]);
    const began = unixSeconds(nanosOf(SystemTime ?? '') ?? 0n);
    await logs.open(await chosenContainers(context, chosen));
    watch.begin(
      (found) => logs.update(found, began),
      (error) => logs.fail(error),
    );
    return logs;
  } catch (error) {
    logs.leave();
    throw error;
  }
}
