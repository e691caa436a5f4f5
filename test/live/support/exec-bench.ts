import { afterAll, beforeAll } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../../support/counting-proxy.ts';
import type { EngineAccess } from '../../support/engine-access.ts';
import { type RunningGateway, startGateway } from '../../support/gateway.ts';
import { at } from '../../support/json.ts';

/** All of a payload, and the exec that it is about. */
export const execution = `mutation ($input: ContainerExecInput!) { containerExec(input: $input) {
  changed exitCode stdout stdoutBase64 stdoutTruncated stderr stderrBase64 stderrTruncated timedOut
  container { name state }
  exec { dockerId command isRunning exitCode pid tty privileged user openStdin openStdout openStderr container { name } }
  userErrors { __typename code message path ... on ExecStartError { container { name } } } } }`;

/** What a payload says of a command that ran to its end. */
export const fine = {
  changed: true,
  timedOut: false,
  userErrors: [],
  stdoutTruncated: false,
  stderrTruncated: false,
};

interface ExecBench {
  readonly proxy: CountingProxy;
  readonly gateway: RunningGateway;
}

/** A running container of that name, and `containerExec` on it through a gateway whose calls are counted. */
export function execBench(engine: EngineAccess, box: string) {
  let bench: ExecBench | undefined;
  const ready = (): ExecBench => {
    if (!bench) throw new Error('not before the first test');
    return bench;
  };
  beforeAll(async () => {
    const proxy = await startCountingProxy(engine.socketPath);
    bench = { proxy, gateway: await startGateway({ host: proxy.host, flags: ['--max-body-bytes=8m'] }) };
    const flags = ['--detach', '--name', box, '--env', 'A=1', '--stop-timeout', '0'];
    await engine.cli('run', ...flags, 'busybox', 'sleep', '3600');
  });
  afterAll(async () => {
    await bench?.gateway.close();
    await bench?.proxy.close();
  });
  const exec = async (input: object, ref = box): Promise<unknown> =>
    at(await ready().gateway.data(execution, { input: { ref, ...input } }), 'containerExec');
  return {
    ready,
    exec,
    /** The same with a line for the shell. */
    sh: (script: string, input: object = {}, ref = box) =>
      exec({ command: ['sh', '-c', script], ...input }, ref),
  };
}
