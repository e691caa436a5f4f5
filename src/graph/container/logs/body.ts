/** From the Engine's answer to lines, whether a terminal wrote it or not. */
import type { EngineStream } from '../../../engine/client.ts';
import { type Frame, frames, rawFrames } from '../../../engine/streams/frames.ts';
import { type LogLine, lines } from '../../../engine/streams/lines.ts';
import { type ContainerModel, detailsOf } from '../model.ts';

/** Leaves a loop over the body, which is what ends the call. */
async function hangUp(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of body) break;
}

/** Below API 1.42 the answer does not say whether it comes from a terminal, so the container has to. */
async function isTerminal(container: ContainerModel, { contentType, body }: EngineStream): Promise<boolean> {
  if (contentType.startsWith('application/vnd.docker.multiplexed-stream')) return false;
  try {
    return (await detailsOf(container))?.Config?.Tty === true;
  } catch (error) {
    await hangUp(body);
    throw error;
  }
}

export interface LogBody {
  readonly lines: AsyncIterable<LogLine>;
  /** When the oldest line began that has not ended yet, as the Engine wrote it; undefined where there is none. */
  readonly underWay: () => string | undefined;
}

const lineFeed = 0x0a;
const space = 0x20;

/** Of a multiplexed log each frame is one line or, where that is long, a part of one that bears the line's time. */
class LinesUnderWay {
  readonly #since = new Map<Frame['stream'], string>();

  async *watch(source: AsyncIterable<Frame>): AsyncGenerator<Frame, void, undefined> {
    for await (const frame of source) {
      const { stream, data } = frame;
      if (data.at(-1) === lineFeed) {
        this.#since.delete(stream);
      } else if (!this.#since.has(stream)) {
        this.#since.set(stream, Buffer.from(data.subarray(0, data.indexOf(space))).toString('latin1'));
      }
      yield frame;
    }
  }

  oldest(): string | undefined {
    return [...this.#since.values()].sort()[0];
  }
}

/** The lines of an answer that was asked for with timestamps. */
export async function readBody(container: ContainerModel, answer: EngineStream): Promise<LogBody> {
  if (await isTerminal(container, answer)) {
    return { lines: lines(rawFrames(answer.body), { timestamps: 'line' }), underWay: () => undefined };
  }
  const begun = new LinesUnderWay();
  return {
    lines: lines(begun.watch(frames(answer.body)), { timestamps: 'frame' }),
    underWay: () => begun.oldest(),
  };
}
