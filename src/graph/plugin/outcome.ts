/** What the mutations of plugins have in common. */
import type { Context } from '../../context.ts';
import { EngineError } from '../../engine/errors.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import type { FieldBuilder } from '../kit/record.ts';
import type { Found, Outcome } from '../mutation/payload.ts';
import { resolveRef } from '../mutation/payload.ts';
import { TypedFailure } from '../mutation/typed-failure.ts';
import { Plugin } from '../nouns.ts';
import { findPlugin, type PluginModel, pluginBy } from './model.ts';

/** A payload about one plugin, which is read again only if somebody selects it. */
export interface PluginOutcome extends Outcome {
  readonly plugin: () => Promise<PluginModel | null>;
}

export const noPlugin = async (): Promise<null> => null;

/** `plugin`, in a payload. */
export const pluginPayloadField = <Shape extends PluginOutcome>(t: FieldBuilder<Shape>) =>
  t.field({
    type: Plugin,
    nullable: true,
    description: 'The plugin as it is after the change; null when there is none.',
    resolve: ({ plugin }) => plugin(),
  });

export const resolvePlugin = (
  context: Context,
  { ref, engine }: { readonly ref: string; readonly engine?: string | null | undefined },
): Promise<Found<PluginModel>> => resolveRef(context, { ref, engine, what: 'plugin' }, findPlugin);

/** The plugin by its ID, as it is now. */
export const rereadPlugin = (scope: EngineScope, id: string) => (): Promise<PluginModel | null> =>
  pluginBy(scope, id);

/** Whatever else the Engine says of a plugin that it should have started is why its program did not. */
export function startFailure(error: unknown, scope: EngineScope, id: string): unknown {
  const isStart = error instanceof EngineError && error.kind === 'response' && (error.status ?? 0) >= 500;
  if (!isStart) return error;
  // The path of a socket on the host says nothing to whoever asks from elsewhere.
  const message = /^dial unix \S+\/([^/\s:]+): (.*)$/.exec(error.message);
  return new TypedFailure(
    {
      kind: 'PluginStartError',
      message: message
        ? `The program of the plugin does not listen on its socket ${message[1]}: ${message[2]}`
        : error.message,
      plugin: rereadPlugin(scope, id),
    },
    error,
  );
}
