/** Whether the process lives, and whether it can do its work. */

export interface Readiness {
  readonly ok: boolean;
  /** One sentence; no address, no path. */
  readonly detail?: string;
}

/** Milliseconds after which an answer is no longer waited for. */
const patienceMs = 3000;

/**
 * Asks one question at a time, however many probes come in, and does not wait for ever.
 *
 * @param ready asks the Engine; a rejection counts as not ready
 */
export function createReadinessCheck(ready: () => Promise<Readiness>): () => Promise<Readiness> {
  let asking: Promise<Readiness> | undefined;
  const ask = async (): Promise<Readiness> => {
    let timer: NodeJS.Timeout | undefined;
    const tired = new Promise<Readiness>((resolve) => {
      timer = setTimeout(
        () => resolve({ ok: false, detail: 'The Engine did not answer in time.' }),
        patienceMs,
      );
    });
    const answer = ready().catch(() => ({ ok: false, detail: 'The Engine could not be asked.' }));
    try {
      return await Promise.race([answer, tired]);
    } finally {
      clearTimeout(timer);
      asking = undefined;
    }
  };
  return () => {
    asking ??= ask();
    return asking;
  };
}
