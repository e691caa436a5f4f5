import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logger.ts';

function written(format: 'json' | 'pretty'): readonly string[] {
  let text = '';
  const destination = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  const logger = createLogger({ level: 'info', format, color: false }, destination);
  logger.debug('too fine');
  logger.info({ requestId: 'r-1', errors: ['A', 'B'] }, 'operation');
  logger.warn('careful');
  return text.trimEnd().split('\n');
}

describe('the log', () => {
  it('is a JSON object a line for programs, with the time and without the process', () => {
    const [first = '', ...rest] = written('json');
    expect(JSON.parse(first)).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      requestId: 'r-1',
      errors: ['A', 'B'],
      msg: 'operation',
    });
    expect(rest).toHaveLength(1);
  });

  it('is one line an entry for people, too', () => {
    const lines = written('pretty');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: operation \{.*"requestId":"r-1".*\}$/);
    expect(lines[1]).toMatch(/WARN: careful$/);
  });
});
