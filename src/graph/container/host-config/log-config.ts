/** Where the output of a container goes. */
import type { HostConfig } from '../../../engine/types.ts';
import { map, record, text } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';

export const LogConfig = record<NonNullable<HostConfig['LogConfig']>>(
  'LogConfig',
  'Where the output of a container goes.',
  {
    [of]: 'HostConfig.LogConfig',
    Type: text(
      'The log driver, such as `json-file`, `local` or `journald`; `none` keeps nothing. Plugins add more. Not every ' +
        'driver can be read again.',
    ),
    Config: map('Options of the log driver, such as `max-size`.'),
  },
);
