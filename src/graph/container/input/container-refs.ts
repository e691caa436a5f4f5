/** Other containers in texts of the docker CLI: `container:web`, `web:ro`, `web:alias`. */

/** Docker's own identity or name for what a user may also have given as a global ID. */
export type ContainerKey = (ref: string) => string;

const shared = 'container:';

/** `container:<ref>` of a name space mode, with the reference as the daemon takes it; other modes as they are. */
export const sharedMode = (mode: string | null | undefined, keyOf: ContainerKey): string | undefined =>
  mode?.startsWith(shared) ? shared + keyOf(mode.slice(shared.length)) : (mode ?? undefined);

/** `<ref>` or `<ref>:<more>`, with the reference as the daemon takes it. */
export function withRest(text: string, keyOf: ContainerKey): string {
  const colon = text.indexOf(':');
  return colon < 0 ? keyOf(text) : keyOf(text.slice(0, colon)) + text.slice(colon);
}
