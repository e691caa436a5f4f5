import { describe, expect, it } from 'vitest';
import { textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { execBench, execution, fine } from './support/exec-bench.ts';

const engine = sharedEngine();
const box = `${ownPrefix(engine)}box`;
const { ready, exec, sh } = execBench(engine, box);

describe('a command that reads its standard input', () => {
  it('gets all 256 values of a byte, then the end, and can give them back', async () => {
    const whole = Buffer.from(Array.from({ length: 256 }, (_, value) => value)).toString('base64');
    expect(await exec({ command: ['cat'], stdinBase64: whole })).toMatchObject({
      ...fine,
      exitCode: 0,
      stdoutBase64: whole,
      exec: { openStdin: true },
    });
    expect(await exec({ command: ['wc', '-c'], stdin: 'grün' })).toMatchObject({ ...fine, stdout: '5\n' });
    expect(await exec({ command: ['wc', '-c'], stdin: '' })).toMatchObject({ ...fine, stdout: '0\n' });
  });

  it('gets megabytes while it writes them', async () => {
    const stdin = '0123456789abcdef'.repeat(4 * 65_536);
    const answer = await exec({ command: ['cat'], stdin, maxOutputBytes: '8m' });
    expect(answer).toMatchObject({ ...fine, exitCode: 0 });
    expect(textAt(answer, 'stdout') === stdin).toBe(true);
  });

  it('may leave most of it unread', async () => {
    const stdin = 'line\n'.repeat(800_000);
    expect(await exec({ command: ['head', '-n', '1'], stdin })).toMatchObject({
      ...fine,
      exitCode: 0,
      stdout: 'line\n',
    });
    expect(await exec({ command: ['true'], stdin })).toMatchObject({ ...fine, exitCode: 0, stdout: '' });
  });

  it.each([
    [{ stdin: 'a', stdinBase64: 'YQ==' }, 'stdin'],
    [{ stdinBase64: 'not base64' }, 'stdinBase64'],
    [{ stdin: 'a', tty: true }, 'stdin'],
  ])('is refused what cannot be meant, before anything is asked: %j', async (input, field) => {
    ready().proxy.reset();
    expect(await exec({ command: ['cat'], ...input })).toMatchObject({
      changed: false,
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', field] }],
    });
    expect(ready().proxy.requests).toEqual([]);
  });
});

describe('a command that writes more than is wanted', () => {
  it('is read to its end, and the first bytes are kept', async () => {
    const script = 'yes 0123456789 | head -c 5242880; echo over >&2; exit 4';
    const answer = await sh(script, { maxOutputBytes: '64k' });
    expect(answer).toMatchObject({ ...fine, stdoutTruncated: true, stderr: 'over\n', exitCode: 4 });
    expect(textAt(answer, 'stdout')).toBe('0123456789\n'.repeat(6000).slice(0, 65_536));
    expect(await sh('echo hello', { maxOutputBytes: 6 })).toMatchObject({ ...fine, stdout: 'hello\n' });
    expect(await sh('echo hello', { maxOutputBytes: 5 })).toMatchObject({
      stdout: 'hello',
      stdoutTruncated: true,
    });
  });

  it('keeps a mebibyte where nothing was said, and needs no more memory than that', async () => {
    const before = process.memoryUsage().rss;
    const answer = await sh('dd if=/dev/zero bs=65536 count=3200 2>/dev/null');
    expect(answer).toMatchObject({ exitCode: 0, stdoutTruncated: true });
    expect(Buffer.from(textAt(answer, 'stdoutBase64'), 'base64').length).toBe(1_048_576);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it.each(['-1', '17m'])('cannot have %s of it kept', async (maxOutputBytes) => {
    expect(await exec({ command: ['true'], maxOutputBytes })).toMatchObject({
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'maxOutputBytes'] }],
    });
  });
});

describe('a command that takes long', () => {
  const lasting = (file: string) =>
    `echo begun; until [ -e /${file} ]; do sleep 0.05; done; echo done >/${file}.over`;
  const goesOn = async (file: string) => {
    await engine.cli('exec', box, 'touch', `/${file}`);
    await engine.cli('exec', box, 'sh', '-c', `until [ -s /${file}.over ]; do sleep 0.05; done`);
  };

  it('is left running when the time is up', async () => {
    expect(await sh(lasting('time'), { timeout: '2500ms' })).toMatchObject({
      ...fine,
      timedOut: true,
      exitCode: null,
      stdout: 'begun\n',
      exec: { isRunning: true, exitCode: null },
    });
    await goesOn('time');
  });

  it('is left running when it was given input too', async () => {
    expect(await sh(lasting('input'), { timeout: '2500ms', stdin: 'x' })).toMatchObject({
      timedOut: true,
      stdout: 'begun\n',
      exec: { isRunning: true },
    });
    await goesOn('input');
  });

  it.each([{}, { stdin: 'x' }])(
    'runs on when its client goes away, and our stream ends: %j',
    async (more) => {
      ready().proxy.reset();
      const file = `client${Object.keys(more).length}`;
      const gone = new AbortController();
      const asked = fetch(ready().gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          query: execution,
          variables: { input: { ref: box, command: ['sh', '-c', lasting(file)], ...more } },
        }),
        signal: gone.signal,
      });
      const failed = expect(asked).rejects.toThrow(/abort/i);
      await ready().proxy.until((requests) =>
        requests.some(({ path, bytes }) => path.endsWith('/start') && bytes > 0),
      );
      gone.abort();
      await failed;
      await ready().proxy.until((requests) =>
        requests.some(({ path, ended }) => path.endsWith('/start') && ended),
      );
      await goesOn(file);
    },
  );

  it('is not asked to wait a negative time', async () => {
    expect(await exec({ command: ['true'], timeout: '-1s' })).toMatchObject({
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'timeout'] }],
    });
  });
});
