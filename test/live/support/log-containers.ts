import type { EngineAccess } from '../../support/engine-access.ts';

/** Containers that write, under a prefix of the spec's own. */
export function logContainers(engine: EngineAccess, prefix: string) {
  const named = (name: string): string => `${prefix}${name}`;
  const start = (name: string, script: string, ...options: readonly string[]): Promise<string> => {
    const given = ['--detach', '--name', named(name), '--network', 'none', ...options];
    return engine.cli('run', ...given, 'busybox', 'sh', '-c', script);
  };
  return {
    named,
    start,
    /** The argument that names these. */
    refs: (...names: readonly string[]): string =>
      `refs: [${names.map((name) => `"${named(name)}"`).join(', ')}]`,
    /** Resolves when it has ended. */
    async finished(name: string, script: string, ...options: readonly string[]): Promise<void> {
      await start(name, script, ...options);
      await engine.cli('wait', named(name));
    },
  };
}
