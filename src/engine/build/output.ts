/** Output of build steps, which comes in pieces that are neither whole lines nor whole characters. */
import { StringDecoder } from 'node:string_decoder';
import type { BuildOutput } from './news.ts';

type Source = Pick<BuildOutput, 'step' | 'stream'>;

interface Pending {
  readonly source: Source;
  readonly decoder: StringDecoder;
  text: string;
}

export interface OutputLines {
  /** The lines that are whole now. */
  readonly add: (source: Source, data: Uint8Array | string) => BuildOutput[];
  /** What is left of one step, or of all of them. */
  readonly end: (step?: string | null) => BuildOutput[];
}

/** Characters of one line that are held; a longer one comes as several. */
const longestLine = 16_384;

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

export function createOutputLines(): OutputLines {
  const pending = new Map<string, Pending>();

  const pendingOf = (source: Source): Pending => {
    const key = `${source.stream} ${source.step ?? ''}`;
    const known = pending.get(key);
    if (known) return known;
    const made: Pending = { source, decoder: new StringDecoder('utf8'), text: '' };
    pending.set(key, made);
    return made;
  };

  return {
    add(source, data) {
      const held = pendingOf(source);
      const pieces =
        `${held.text}${typeof data === 'string' ? data : held.decoder.write(Buffer.from(data))}`.split('\n');
      held.text = pieces.pop() ?? '';
      const made = pieces.map((line) => ({ ...held.source, text: withoutReturn(line) }));
      while (held.text.length > longestLine) {
        made.push({ ...held.source, text: held.text.slice(0, longestLine) });
        held.text = held.text.slice(longestLine);
      }
      return made;
    },
    end(step) {
      const made: BuildOutput[] = [];
      for (const [key, { source, decoder, text }] of pending) {
        if (step !== undefined && source.step !== step) continue;
        const rest = `${text}${decoder.end()}`;
        if (rest !== '') made.push({ ...source, text: withoutReturn(rest) });
        pending.delete(key);
      }
      return made;
    },
  };
}
