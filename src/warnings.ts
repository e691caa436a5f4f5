/** What an answer lacks without an error: shown in `extensions.warnings`, beside `data` that is as good as it can be. */

/** A field that was selected, and that the version of the API spoken with an Engine does not have. */
interface ApiWarning {
  readonly message: string;
  readonly code: 'API_VERSION';
  /** The field in the schema, such as `EngineInfo.containerd`. */
  readonly coordinate: string;
  /** Where it was first null or empty in the answer. */
  readonly path: readonly (string | number)[];
  /** The first version of the API that has it. */
  readonly needs?: string;
  /** The first version of the API that has it no more. */
  readonly goneWith?: string;
  /** The version of the API spoken with the Engine. */
  readonly has: string;
  readonly engine: string;
}

export interface Warnings {
  /** Once for each field of the schema and Engine: others say nothing new. */
  readonly add: (warning: Omit<ApiWarning, 'message' | 'code'>) => void;
  /** What was added since it was last asked for: one execution's. */
  readonly take: () => readonly ApiWarning[];
}

const sentence = ({
  coordinate,
  needs,
  goneWith,
  has,
  engine,
}: Omit<ApiWarning, 'message' | 'code'>): string =>
  needs === undefined
    ? `\`${coordinate}\` went with API ${goneWith}, and the Engine "${engine}" is spoken to in ${has}.`
    : `\`${coordinate}\` needs API ${needs} or newer, and the Engine "${engine}" is spoken to in ${has}.`;

export function createWarnings(): Warnings {
  let known = new Map<string, ApiWarning>();
  return {
    add: (warning) => {
      const key = `${warning.engine} ${warning.coordinate}`;
      if (known.has(key)) return;
      known.set(key, { message: sentence(warning), code: 'API_VERSION', ...warning });
    },
    take: () => {
      const taken = [...known.values()];
      known = new Map();
      return taken;
    },
  };
}

interface Warned {
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The warnings of a context that keeps some. */
function warningsOf(context: unknown): Warnings | undefined {
  if (typeof context !== 'object' || context === null || !('warnings' in context)) return undefined;
  const { warnings } = context;
  const areWarnings = (value: unknown): value is Warnings =>
    typeof value === 'object' && value !== null && 'take' in value && typeof value.take === 'function';
  return areWarnings(warnings) ? warnings : undefined;
}

/** A result with the warnings that were given while it was made; the same object where there are none. */
export function withWarnings<Result extends Warned>(result: Result, context: unknown): Result {
  const warnings = warningsOf(context)?.take() ?? [];
  return warnings.length === 0 ? result : { ...result, extensions: { ...result.extensions, warnings } };
}
