import type { EngineAccess } from '../engine-access.ts';

/** A body of the Engine's API, by its own names. */
export type Body = Readonly<Record<string, unknown>>;

/** What the animals of one zoo have around them. */
export interface Site {
  readonly engine: EngineAccess;
  readonly prefix: string;
  /** `n('web')`: the full name of one of this zoo's things. */
  n(short: string): string;
  /** A host port of this zoo's own (0 to 99): two zoos on one Engine do not meet. */
  port(offset: number): string;
  /** A /24 of this zoo's own (0 to 9): `subnet(1)` is "10.77.1", without its last byte. */
  subnet(index: number): string;
  /** The beginning of its IPv6 /64: "fd00:d0c:4d::". */
  readonly subnet6: string;
  /** A directory on the Engine's machine with `ro`, `rw` and `file.txt` in it, for binds. */
  readonly directory: string;
  /** The ID of an image without a name. */
  readonly dangling: string;
  /** A block device of this machine, where there is one. */
  readonly blockDevice: string | undefined;
  /** Whether the Engine speaks this API version. */
  speaks(version: string): boolean;
}

/** How an animal is to be found when the zoo is ready. */
type Life =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  /** Its start fails: the Engine keeps the error. */
  | 'broken'
  | { readonly exited: number }
  /** Ended by SIGKILL: exit code 137. */
  | 'killed'
  | { readonly health: 'healthy' | 'unhealthy' | 'starting' };

export interface Animal {
  /** Without the zoo's prefix. */
  readonly name: string;
  readonly life: Life;
  /** The body of `POST /containers/create`; image, command and the zoo's label are filled in. */
  readonly body?: Body;
  /** Networks that it is connected to after its creation, with their endpoint settings. */
  readonly connect?: Readonly<Record<string, Body>>;
  /** Must run before this one is made, by its short name. */
  readonly after?: string;
}

/** Runs until it is told to end, and ends at once when it is. */
export const untilStopped = ['sh', '-c', "trap 'exit 0' TERM INT; sleep 1000000 & wait"] as const;
