import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sharedEngine } from './live.ts';

const script = fileURLToPath(new URL('./start.ts', import.meta.url));

/** What `npm start` runs, on a free port and in an environment without an Engine's name of the user's own. */
function start(args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DOCKER|DOCKGRAPH)_/.test(name));
  const child = spawn(process.execPath, ['--import', 'tsx', script, '--port=0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), ...environment },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

const output = (child: ChildProcess): Promise<string> => {
  let text = '';
  child.stdout?.on('data', (chunk) => (text += String(chunk)));
  child.stderr?.on('data', (chunk) => (text += String(chunk)));
  return once(child, 'close').then(() => text);
};

describe('npm start with an Engine that was named', () => {
  it('runs the gateway on it, passes signals on and ends with its exit code', async () => {
    const child = start(['--log-format=json'], { DOCKER_HOST: sharedEngine().host });
    if (child.stdout === null) throw new Error('its output is not piped');
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      url = /Ready at (http:\S+)"/.exec(line)?.[1] ?? url;
      if (url !== '') break;
    }
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
    child.kill('SIGTERM');
    await expect(once(child, 'exit')).resolves.toEqual([0, null]);
  });

  it('leaves what is wrong with the name to the gateway, and starts nothing', async () => {
    const child = start([], { DOCKER_HOST: 'nonsense://' });
    const text = await output(child);
    expect(text).toContain('nonsense');
    expect(text).not.toContain('private');
    expect(child.exitCode).toBe(78);
  });
});
