/** The Engine's sentences about plugins. */
import type { EngineScope } from '../../loaders/scope.ts';
import { type PluginModel, pluginBy } from '../plugin/model.ts';
import { common, type Explain } from './sentence.ts';

/** A plugin by its name, read anew: what is in the way is shown as it is now. */
const pluginNamed = (scope: EngineScope, name: string | undefined) => async (): Promise<PluginModel | null> =>
  name ? pluginBy(scope, name) : null;

/** Versions differ in words, so patterns hold to what they share. The most telling first. */
export const pluginSentences: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [
    /plugin (\S+) already exists/i,
    (said) => ({
      kind: 'NameInUseError',
      ...common(said),
      name: said.match[1] ?? '',
      existing: pluginNamed(said.about.scope, said.match[1]),
    }),
  ],
  [
    /plugin (\S+) is in use/i,
    (said) => ({
      kind: 'PluginInUseError',
      ...common(said),
      plugin: pluginNamed(said.about.scope, said.match[1]),
    }),
  ],
  [
    /plugin (\S+) is enabled/i,
    (said) => ({
      kind: 'PluginEnabledError',
      ...common(said),
      plugin: pluginNamed(said.about.scope, said.match[1]),
    }),
  ],
  [
    /cannot set on an active plugin/i,
    (said) => ({
      kind: 'PluginEnabledError',
      ...common(said),
      plugin: pluginNamed(said.about.scope, said.about.plugin),
    }),
  ],
  [
    /plugin (\S+) found but disabled/i,
    (said) => ({
      kind: 'PluginDisabledError',
      ...common(said),
      plugin: pluginNamed(said.about.scope, said.match[1]),
    }),
  ],
  [
    // Their status is 500. The Engine has not changed any setting then, or should not have.
    /is not settable|not found in the plugin configuration|multiple fields are settable|must be <name>\[|plugin config has no/i,
    (said) => ({ kind: 'InvalidInputError', ...common(said) }),
  ],
  [
    /error resolving plugin reference: .*(?:not found|pull access denied|repository does not exist)/i,
    (said) => ({ kind: 'NotFoundError', ...common(said) }),
  ],
  [
    // What the registry has there is an image, or anything else.
    /did not find plugin config|invalid config json|failed to parse config/i,
    (said) => ({ kind: 'InvalidInputError', ...common(said) }),
  ],
];
