/** The log: one JSON object a line, or lines for people. */
import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { LogConfig } from './config.ts';

export type { Logger } from 'pino';

/**
 * @param destination where lines go; standard output if left out
 */
export function createLogger(
  { level, format, color }: LogConfig,
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime } as const;
  if (format === 'json') return pino(options, destination);
  const lines = pretty({
    colorize: color,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    destination,
    sync: true,
  });
  return pino(options, lines);
}
