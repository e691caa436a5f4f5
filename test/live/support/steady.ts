/** Reading one object through two doors while the Engine lives on. */

export interface Beside {
  /** What the docker CLI printed. */
  readonly docker: unknown;
  /** What the graph answered for the same object. */
  readonly graph: unknown;
}

export interface Doors {
  /** JSON of the docker CLI for these objects, in their order. */
  readonly docker: (ids: readonly string[]) => Promise<readonly unknown[]>;
  /** The graph's objects, in the same order. */
  readonly graph: (ids: readonly string[]) => Promise<readonly unknown[]>;
  /** What is another text after all that may come and be gone again between two looks of the CLI. */
  readonly pulse?: () => Promise<string>;
}

const mostRounds = 10;

/** JSON that is the same whatever order the Engine writes its mounts in. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    Array.isArray(inner) ? inner.map(canonical).sort() : inner,
  );

/**
 * Reads objects by the CLI, by the graph, and by the CLI again. Those that the CLI shows differently the second time
 * changed meanwhile, and are read again; all of them are where the pulse was another one.
 *
 * @param remember what of the CLI's JSON must not have changed; all of it if left out
 */
export async function readBeside(
  ids: readonly string[],
  doors: Doors,
  remember: (docker: unknown) => unknown = (docker) => docker,
): Promise<readonly Beside[]> {
  const steady: Beside[] = [];
  let open = ids;
  let before = await doors.docker(open);
  for (let round = 0; open.length > 0; round += 1) {
    if (round === mostRounds) throw new Error(`never stood still: ${open.join(', ')}`);
    const pulse = await doors.pulse?.();
    const answers = await doors.graph(open);
    const after = await doors.docker(open);
    const passed = (await doors.pulse?.()) !== pulse;
    const moved = open.filter((_, index) => {
      const [docker, graph] = [after[index], answers[index]];
      if (passed || canonical(remember(before[index])) !== canonical(remember(docker))) return true;
      steady.push({ docker, graph });
      return false;
    });
    before = after.filter((_, index) => moved.includes(open[index] ?? ''));
    open = moved;
  }
  return steady;
}
