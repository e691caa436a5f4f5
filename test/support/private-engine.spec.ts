import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { importBusybox } from './busybox.ts';
import { ownPrefix, sharedEngine } from './live.ts';
import { answersPing, type PrivateEngine, startPrivateEngine } from './private-engine.ts';
import { startRegistry } from './registry.ts';
import { linkTarget, traces } from './traces.ts';

/** A process that starts an Engine with a running container, says where, and waits. */
const owner = `
  const { startPrivateEngine } = await import('${new URL('./private-engine.ts', import.meta.url).href}');
  const { importBusybox } = await import('${new URL('./busybox.ts', import.meta.url).href}');
  const engine = await startPrivateEngine();
  await importBusybox(engine);
  await engine.cli('run', '-d', '-p', '8080:80', '-v', 'data:/data', 'busybox', 'sleep', '1000');
  await engine.cli('run', '-d', '--name', 'frozen', 'busybox', 'sleep', '2000');
  await engine.cli('pause', 'frozen');
  await engine.cli('network', 'create', 'extra');
  console.log(engine.socketPath, engine.namespace);
`;

describe('an Engine whose owner is killed', () => {
  it('is gone with everything that belonged to it', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', owner], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line]: string[] = await once(createInterface({ input: child.stdout }), 'line');
    const [socketPath = '', namespacePath = ''] = line?.split(' ') ?? [];
    const namespace = linkTarget(namespacePath);
    const before = traces(socketPath, namespace).join('\n');
    // Without these, "nothing is left" would prove nothing.
    expect(before).toMatch(/dockerd --config-file/);
    expect(before).toMatch(/: sleep 1000/);
    expect(before).toMatch(/: sleep 2000/);
    expect(before).toMatch(/containerd-shim/);
    expect(before).toMatch(/\/sys\/fs\/cgroup\/.*dockgraph-/);

    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect.poll(() => traces(socketPath, namespace), { timeout: 15_000 }).toEqual([]);
  }, 60_000);
});

describe('an Engine of a spec’s own', () => {
  let engine: PrivateEngine;
  beforeAll(async () => {
    engine = await startPrivateEngine();
    await importBusybox(engine);
  });
  afterAll(() => engine.stop());

  it('runs containers whose published ports answer inside its namespace', async () => {
    const serve = 'echo hello > /tmp/index.html; exec httpd -f -p 80 -h /tmp';
    await engine.cli('run', '-d', '--init', '--name', 'web', '-p', '8080:80', 'busybox', 'sh', '-c', serve);
    await expect
      .poll(() => engine.exec('busybox', ['wget', '-qO-', 'http://127.0.0.1:8080/']).catch(String))
      .toBe('hello\n');
  });

  it('lets containers of one network find each other by name', async () => {
    await engine.cli('network', 'create', 'shared');
    await engine.cli(
      'run',
      '-d',
      '--init',
      '--network',
      'shared',
      '--name',
      'peer',
      'busybox',
      'sleep',
      '1000',
    );
    const found = await engine.cli(
      'run',
      '--rm',
      '--network',
      'shared',
      'busybox',
      'ping',
      '-c',
      '1',
      'peer',
    );
    expect(found).toContain('1 packets received');
  });

  it('shares nothing with another one at the same time', async () => {
    const shared = sharedEngine();
    expect(await shared.cli('info', '-f', '{{.ID}}')).not.toBe(await engine.cli('info', '-f', '{{.ID}}'));
    expect(await shared.cli('ps', '-aq', '--filter', 'name=^web$')).toBe('');
    expect(linkTarget(shared.namespace)).not.toBe(linkTarget(engine.namespace));
  });

  it('pushes to and pulls from a registry of its own, which asks for the password', async () => {
    const auth = { username: 'somebody', password: 'pass:word "1"' };
    const registry = await startRegistry(engine, { auth });
    const image = `${registry.address}/team/app:1`;
    await engine.cli('tag', 'busybox', image);
    await expect(engine.cli('push', image)).rejects.toThrow('no basic auth credentials');
    await engine.cli('login', '-u', auth.username, '-p', auth.password, registry.address);
    await engine.cli('push', image);
    await engine.cli('rmi', image);
    expect(await engine.cli('pull', '-q', image)).toBe(image);
    await registry.stop();
  });

  it('accepts connections and answers nothing while it is paused', async () => {
    await engine.pause();
    // The signal is sent, and each of its threads stops when it comes to it.
    const answers = (): Promise<boolean> => answersPing(engine.socketPath, 200);
    try {
      await expect.poll(answers).toBe(false);
    } finally {
      await engine.resume();
    }
    await expect(answersPing(engine.socketPath)).resolves.toBe(true);
  });

  it('keeps its containers over a kill and a restart', async () => {
    await engine.cli('create', '--name', 'keep', 'busybox');
    await engine.kill();
    await expect(answersPing(engine.socketPath)).resolves.toBe(false);
    await engine.start();
    await engine.restart();
    expect(await engine.cli('ps', '-aq', '--filter', 'name=^keep$')).not.toBe('');
  });
});

describe('an Engine that cannot start', () => {
  it('fails with the last lines of the daemon’s log', async () => {
    const start = startPrivateEngine({ config: { 'log-level': 'nonsense' } });
    await expect(start).rejects.toThrow(/dockerd ended with 1:[\s\S]*nonsense/);
  });
});

describe('names on the shared Engine', () => {
  const prefix = ownPrefix();

  it('begin with a prefix of the file that makes them', () => {
    expect(prefix).toMatch(/^t[0-9a-f]{6}-$/);
  });
});
