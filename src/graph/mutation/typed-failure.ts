/** A failure whose type is known where it happens, better than its sentence would tell later. */
import type { UserErrorModel } from './user-error-kinds.ts';

/** Becomes that user error, wherever it is explained. */
export class TypedFailure extends Error {
  override readonly name = 'TypedFailure';
  readonly userError: UserErrorModel;

  constructor(userError: UserErrorModel, cause?: unknown) {
    super(userError.message, { cause });
    this.userError = userError;
  }
}
