import { describe, expect, it } from 'vitest';
import { at, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';
import { execBench, fine } from './support/exec-bench.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const box = `${prefix}box`;
const { ready, exec, sh } = execBench(engine, box);

/** What the CLI gives for the same: standard output, standard error and exit code, the bytes in base64. */
async function byCli(...args: readonly string[]) {
  const script =
    'd=$(mktemp -d); docker exec "$@" >$d/o 2>$d/e; c=$?; base64 -w0 $d/o; echo; base64 -w0 $d/e; echo; echo $c; rm -r $d';
  const [stdoutBase64, stderrBase64, code] = (await engine.exec('sh', ['-c', script, 'sh', ...args])).split(
    '\n',
  );
  return { stdoutBase64, stderrBase64, exitCode: Number(code) };
}

describe('a command in a running container', () => {
  it.each(['exit 0', 'exit 1', 'exit 255', 'kill -9 $$', 'nosuchprogram', 'echo out; echo err >&2; exit 3'])(
    'ends as under `docker exec`, with the same output: %s',
    async (script) => {
      const theirs = await byCli(box, 'sh', '-c', script);
      expect(await sh(script)).toMatchObject({
        ...fine,
        ...theirs,
        container: { name: box, state: 'RUNNING' },
        exec: {
          isRunning: false,
          exitCode: theirs.exitCode,
          command: ['sh', '-c', script],
          container: { name: box },
        },
      });
    },
  );

  it('tells 137 for one that was killed', async () => {
    expect(await sh('kill -9 $$')).toMatchObject({ ...fine, exitCode: 137, stdout: '', stderr: '' });
  });

  it('gives all 256 values of a byte unchanged, where text cannot', async () => {
    const script = 'i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf %03o $i)"; i=$((i+1)); done';
    const answer = await sh(`${script}; { ${script}; } >&2`);
    const whole = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    expect(answer).toMatchObject({
      ...fine,
      stdoutBase64: whole.toString('base64'),
      stderrBase64: whole.toString('base64'),
      stdout: whole.toString('utf8'),
    });
    expect(textAt(answer, 'stdout')).toContain('\uFFFD');
  });

  it('keeps standard output and standard error apart, however they alternate', async () => {
    const answer = await sh('i=0; while [ $i -lt 200 ]; do echo "o$i"; echo "e$i" >&2; i=$((i+1)); done');
    const lines = (letter: string) => Array.from({ length: 200 }, (_, i) => `${letter}${i}\n`).join('');
    expect(answer).toMatchObject({ ...fine, stdout: lines('o'), stderr: lines('e') });
  });

  it('runs as, where and with what it is told to', async () => {
    const input = { user: '12:34', workingDir: '/tmp', env: [{ name: 'A' }, { name: 'B', value: 'x=y ü' }] };
    const script = 'id -u; id -g; pwd; echo "${A-none} $B"';
    expect(await sh(script, input)).toMatchObject({
      ...fine,
      stdout: '12\n34\n/tmp\nnone x=y ü\n',
      exec: {
        user: '12:34',
        tty: false,
        privileged: false,
        openStdin: false,
        openStdout: true,
        openStderr: true,
      },
    });
  });

  it('has a terminal if asked to, as under `docker exec -t`', async () => {
    const script = 'test -t 0 && test -t 1 && echo terminal; echo err >&2; exit 2';
    expect(await sh(script, { tty: true })).toMatchObject({
      ...fine,
      ...(await byCli('-t', box, 'sh', '-c', script)),
      stdout: 'terminal\r\nerr\r\n',
      exec: { tty: true },
    });
  });

  it('costs its three calls beside finding the container', async () => {
    ready().proxy.reset();
    const only = 'mutation ($input: ContainerExecInput!) { containerExec(input: $input) { exitCode } }';
    await ready().gateway.data(only, { input: { ref: box, command: ['true'] } });
    expect(
      ready().proxy.requests.map(
        ({ method, path }) => `${method} ${path.replace(/^\/v[\d.]+|[0-9a-f]{64}/g, '')}`,
      ),
    ).toEqual([
      `GET /containers/${box}/json`,
      'POST /containers//exec',
      'POST /exec//start',
      'GET /exec//json',
    ]);
  });
});

describe('a command that cannot be started', () => {
  it.each([
    [{ command: ['nosuchprogram'] }, ['input', 'command'], /executable file not found/],
    [{ command: ['/etc/passwd'] }, ['input', 'command'], /permission denied/],
    [{ command: ['true'], user: 'nobodyhere' }, ['input', 'user'], /nobodyhere/],
    [{ command: ['true'], user: 'nobodyhere', stdin: 'x' }, ['input', 'user'], /nobodyhere/],
    [{ command: ['true'], workingDir: '/nowhere' }, ['input', 'workingDir'], /nowhere/],
    [{ command: ['nosuchprogram'], tty: true }, ['input', 'command'], /executable file not found/],
    [{ command: ['nosuchprogram'], stdin: 'x' }, ['input', 'command'], /executable file not found/],
  ])("is told typed, in the Engine's words, with its exit code: %j", async (input, path, message) => {
    expect(await exec(input)).toMatchObject({
      changed: false,
      exitCode: expect.toSatisfy(
        // Newer Engines refuse an unknown user before there is a command that could end.
        (code) => code === 126 || code === 127 || (code === null && 'user' in input),
      ),
      stdout: '',
      stderr: '',
      exec: null,
      userErrors: [
        {
          __typename: 'ExecStartError',
          code: 'EXEC_START_FAILED',
          message: expect.stringMatching(message),
          path,
          container: { name: box },
        },
      ],
    });
  });

  it('has the exit code that the CLI has', async () => {
    const { exitCode } = await byCli(box, 'nosuchprogram');
    expect(await exec({ command: ['nosuchprogram'] })).toMatchObject({ exitCode });
  });

  it('is refused without a program, before anything is asked', async () => {
    ready().proxy.reset();
    expect(await exec({ command: [] })).toMatchObject({
      userErrors: [{ __typename: 'InvalidInputError', path: ['input', 'command'] }],
    });
    expect(ready().proxy.requests).toEqual([]);
  });
});

describe('a container that cannot run a command', () => {
  it('is told from one that can: stopped, paused, missing', async () => {
    const [stopped, paused] = [`${prefix}stopped`, `${prefix}paused`];
    await engine.cli('create', '--name', stopped, 'busybox', 'true');
    await engine.cli('run', '--detach', '--name', paused, '--stop-timeout', '0', 'busybox', 'sleep', '3600');
    await engine.cli('pause', paused);
    const not = { changed: false, exitCode: null, exec: null, stdout: '' };
    for (const more of [{}, { stdin: 'x' }]) {
      expect(await sh('true', more, stopped)).toMatchObject({
        ...not,
        container: { state: 'CREATED' },
        userErrors: [{ __typename: 'ContainerNotRunningError' }],
      });
      expect(await sh('true', more, paused)).toMatchObject({
        ...not,
        container: { state: 'PAUSED' },
        userErrors: [{ __typename: 'ContainerPausedError' }],
      });
      expect(await sh('true', more, `${prefix}nobody`)).toMatchObject({
        ...not,
        container: null,
        userErrors: [{ __typename: 'NotFoundError', path: ['input', 'ref'] }],
      });
    }
  });
});

describe('the commands of a container', () => {
  it('are listed with it, and found again by their IDs', async () => {
    const script = 'until [ -e /listed ]; do sleep 0.05; done';
    const running = sh(script);
    const list =
      'query ($ref: ID!) { container(ref: $ref) { execIds execs { id dockerId shortId isRunning command } } }';
    const mine = async () => {
      const { execs } = Object(at(await ready().gateway.data(list, { ref: box }), 'container'));
      return Array.from(execs).find((each) => textAt(each, 'command', 2) === script);
    };
    await expect.poll(mine).toMatchObject({ isRunning: true });
    const [id, dockerId] = [textAt(await mine(), 'id'), textAt(await mine(), 'dockerId')];
    const raw = (await engine.mustRest('GET', `/exec/${dockerId}/json`)).json();
    const one = `query ($ref: ID!, $id: ID!) { exec(ref: $ref) { id pid isRunning exitCode canRemove detachKeys
      engine { name } container { name } } node(id: $id) { id ... on Exec { dockerId } } }`;
    for (const ref of [id, dockerId]) {
      expect(await ready().gateway.data(one, { ref, id })).toMatchObject({
        exec: {
          id,
          pid: at(raw, 'Pid'),
          isRunning: true,
          exitCode: null,
          canRemove: false,
          container: { name: box },
        },
        node: { id, dockerId },
      });
    }
    await engine.cli('exec', box, 'touch', '/listed');
    expect(await running).toMatchObject({ exitCode: 0, exec: { dockerId } });
    expect(await ready().gateway.data('{ exec(ref: "nobody") { id } }')).toEqual({ exec: null });
  });
});
