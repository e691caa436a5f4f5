/** Which lines are wanted, by their text. */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { BadUserInput } from '../../../errors.ts';

export interface TextFilter {
  readonly grep?: string | null | undefined;
  readonly grepPattern?: string | null | undefined;
  readonly invert?: boolean | null | undefined;
}

/** Characters of a pattern, and steps that it is made of: both bound what one line can cost. */
const longestPattern = 1_000;
const largestProgram = 1_000;

const refused = (why: string): BadUserInput =>
  new BadUserInput(
    `\`grepPattern\` cannot be used: ${why}. It takes RE2 syntax, such as \`(?i)error|warn\`, without back-references and look-around.`,
  );

function compile(pattern: string): RE2JS {
  if (pattern.length > longestPattern) {
    throw refused(`it has ${pattern.length} characters, and at most ${longestPattern} are taken`);
  }
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw refused(error.message.replace(/^error parsing regexp: /, ''));
  }
  if (compiled.programSize() > largestProgram) {
    throw refused('its repetitions come to more than 1000 steps: use smaller counts');
  }
  return compiled;
}

/**
 * Whether a line is wanted; undefined where all are.
 *
 * @throws BadUserInput for a pattern that cannot be used, for both kinds at once, and for `invert` without either
 */
export function textTest({ grep, grepPattern, invert }: TextFilter): ((text: string) => boolean) | undefined {
  if (grep && grepPattern) throw new BadUserInput('Give `grep` or `grepPattern`, not both.');
  if (invert && !grep && !grepPattern) {
    throw new BadUserInput('`invert` turns `grep` round, and there is none: give `grep` or `grepPattern`.');
  }
  const wanted = !invert;
  if (grep) return (text) => text.includes(grep) === wanted;
  if (!grepPattern) return undefined;
  const pattern = compile(grepPattern);
  return (text) => pattern.test(text) === wanted;
}
