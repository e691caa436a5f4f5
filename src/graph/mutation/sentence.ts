/** What the Engine said, what it was about, and how that becomes a typed error. */
import type { EngineScope } from '../../loaders/scope.ts';
import type { ContainerModel } from '../container/model.ts';
import type { UserErrorModel } from './user-error-kinds.ts';

/** What the failed mutation was about, where the Engine's sentence does not say. */
export interface About {
  readonly scope: EngineScope;
  readonly path?: readonly string[] | undefined;
  readonly container?: ContainerModel | undefined;
  readonly image?: string | undefined;
  readonly network?: string | undefined;
  readonly volume?: string | undefined;
  readonly plugin?: string | undefined;
  /** The full ID of a secret or a config. */
  readonly swarmFile?: string | undefined;
}

export interface Said {
  readonly match: RegExpExecArray;
  readonly message: string;
  readonly about: About;
}

export type Explain = (said: Said) => UserErrorModel;

/** Without what nobody gave, as absent and undefined are not the same to the compiler. */
export const common = ({ message, about }: Said) => ({ message, ...(about.path && { path: about.path }) });
