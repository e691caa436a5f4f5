export type Noun = 'containers' | 'images' | 'networks' | 'volumes';

/** What a filter of the graph is compared with. */
export interface FilterRow {
  readonly noun: Noun;
  /** What is chosen, for the title. */
  readonly what: string;
  readonly filter: () => unknown;
  /** The values of the CLI's `--filter`. */
  readonly cli: () => readonly string[];
  /** At least so many are chosen, 1 if left out, so that nothing passes for nothing. */
  readonly least?: number;
}

/** Things of the zoo, for when it is there. */
export interface Landmarks {
  /** The full name of one of them. */
  readonly n: (short: string) => string;
  /** The full ID of the container `running` or `exited-3`, the network `front`, or the image `app`. */
  readonly id: (short: string) => string;
  /** The ID of an image that has no name. */
  readonly dangling: () => string;
}
