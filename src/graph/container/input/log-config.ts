/** Where the output of a container is to go. */
import type { HostConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { KeyValueInput, mapOf } from '../../kit/key-value.ts';
import { mirrors } from '../../kit/wire.ts';

export const LogConfigInput = builder.inputType('LogConfigInput', {
  ...mirrors('HostConfig.LogConfig', {
    type: ['HostConfig.LogConfig.Type', 'TaskSpec.LogDriver.Name'],
    config: ['HostConfig.LogConfig.Config', 'TaskSpec.LogDriver.Options'],
  }),
  description: 'Where the output of a container is to go.',
  fields: (t) => ({
    type: t.string({
      description:
        'The log driver, such as `json-file`, `local` or `journald`; `none` keeps nothing. The default of the Engine if ' +
        'left out.',
    }),
    config: t.field({ type: [KeyValueInput], description: 'Options of the log driver, such as `max-size`.' }),
  }),
});

type LogBody = NonNullable<HostConfigBody['LogConfig']>;

/** Plugins add drivers, so that the documented list of them is only the beginning. */
const driverOf = (name: string | null | undefined): LogBody['Type'] => (name ?? undefined) as LogBody['Type'];

export const logConfigBody = (
  input: typeof LogConfigInput.$inferInput | null | undefined,
): LogBody | undefined => (input ? { Type: driverOf(input.type), Config: mapOf(input.config) } : undefined);
