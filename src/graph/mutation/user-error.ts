/** Expected failures of mutations, as the schema has them: one interface, and a type for each kind. */
import { builder } from '../builder.ts';
import { wire } from '../kit/wire.ts';
import {
  kinds,
  type OfKind,
  type UserErrorCode,
  type UserErrorKind,
  type UserErrorModel,
} from './user-error-kinds.ts';

const UserErrorCodeEnum = builder.enumType('UserErrorCode', {
  description: 'Why a mutation did not happen, for programs. Each code has a type of its own that says more.',
  values: Object.fromEntries(
    Object.values(kinds).map(([code, description]) => [code, { description }]),
  ) as Record<UserErrorCode, { description: string }>,
});

export const UserError = builder.interfaceRef<UserErrorModel>('UserError').implement({
  description:
    'Why a mutation did not do what was asked. `message` is for people, `code` for programs; the concrete type links to ' +
    'what is in the way.',
  resolveType: ({ kind }) => kind,
  fields: (t) => ({
    message: t.exposeString('message', {
      ...wire(
        'ErrorResponse.message',
        'ErrorDetail.message',
        'BuildInfo.errorDetail',
        'CreateImageInfo.errorDetail',
        'PushImageInfo.errorDetail',
      ),
      nullable: false,
      description: "One sentence, the Engine's own where there is one.",
    }),
    code: t.field({
      type: UserErrorCodeEnum,
      nullable: false,
      description: 'The kind of failure.',
      resolve: ({ kind }) => kinds[kind][0],
    }),
    path: t.exposeStringList('path', {
      nullable: true,
      description: 'The argument that caused it, from `input` downwards; null where no single one did.',
    }),
  }),
});

const options = (kind: UserErrorKind) => ({ description: kinds[kind][1] });
const ref = <Kind extends UserErrorKind>(kind: Kind) => builder.objectRef<OfKind<Kind>>(kind);
const interfaces = [UserError];

/** For kinds with more fields, declared in `user-error-types.ts` or in the file of the noun that they are about. */
export const [userErrorRef, userErrorOptions, userErrorInterfaces] = [ref, options, interfaces] as const;

/** Those that have nothing to add to their sentence. */
const plain = [
  'InvalidInputError',
  'NotFoundError',
  'ImageNotFoundError',
  'RegistryError',
  'RegistryUnauthorizedError',
  'RegistryRateLimitedError',
  'BuildSessionError',
  'UploadError',
  'ArchiveError',
  'NoSpaceError',
  'OperationCanceledError',
  'SessionEndedError',
  'SessionInputFullError',
  'SessionLimitError',
  'ForbiddenError',
  'ConflictError',
  'ExperimentalError',
  'SwarmInactiveError',
  'SwarmNotManagerError',
  'SwarmLockedError',
  'SwarmActiveError',
  'SwarmUnavailableError',
  'EngineFailedError',
  'ApiVersionError',
] as const;
for (const kind of plain)
  builder.objectType(builder.objectRef<UserErrorModel>(kind), { ...options(kind), interfaces });
