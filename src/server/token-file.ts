/** The file of the token, looked at again and again: whoever writes another one into it revokes the old one. */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerConfig } from '../config.ts';
import type { Logger } from '../logger.ts';

/** Milliseconds between two looks. What was seen twice counts: a file may be half written. */
const intervalMs = 1_500;

interface TokenWatch {
  readonly close: () => void;
}

/** The token as configuration reads it; empty where there is none. */
const tokenIn = (path: string): Promise<string> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );

/**
 * Polls, since a secret may be a mount or a link that is swapped, of which no file system tells.
 *
 * @param onChange called with the SHA-256 of the new token; of none that anybody knows while the file is empty or gone
 */
export function watchTokenFile(
  { tokenFile, tokenDigest }: Pick<ServerConfig, 'tokenFile' | 'tokenDigest'>,
  logger: Logger,
  onChange: (digest: Buffer) => void,
): TokenWatch {
  if (tokenFile === undefined || !tokenDigest) return { close: () => {} };
  let current = tokenDigest.toString('hex');
  let seen = current;
  let closed = false;
  const look = async (): Promise<void> => {
    const token = await tokenIn(tokenFile);
    const digest = token === '' ? undefined : createHash('sha256').update(token).digest();
    const next = digest?.toString('hex') ?? '';
    const isSettled = next === seen;
    seen = next;
    if (closed || !isSettled || next === current) return;
    current = next;
    if (digest) logger.info('The token was changed; clients have to come in again.');
    else logger.warn(`The file of the token, ${tokenFile}, is empty or gone: nobody is let in.`);
    onChange(digest ?? randomBytes(32));
  };
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  return {
    close: () => {
      closed = true;
      clearInterval(timer);
    },
  };
}
