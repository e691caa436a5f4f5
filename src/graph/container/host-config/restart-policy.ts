/** When a container is started again by itself. */
import type { HostConfig } from '../../../engine/types.ts';
import { enumOf } from '../../kit/enum.ts';
import { record, word } from '../../kit/record.ts';
import { of } from '../../kit/wire.ts';
import { limit } from './limit.ts';

const never = 'It is not.';

export const RestartPolicyName = enumOf(
  'RestartPolicyName',
  'When a container that ended is started again.',
  {
    '': { name: 'NO', description: never },
    no: never,
    always: 'Always; after a start of the Engine too, even if it was stopped by hand.',
    'unless-stopped': 'Always, unless it was stopped by hand.',
    'on-failure': 'When its exit code is not 0.',
  },
);

export const RestartPolicy = record<NonNullable<HostConfig['RestartPolicy']>>(
  'RestartPolicy',
  'When a container that ended is started again.',
  {
    [of]: 'RestartPolicy',
    Name: word(RestartPolicyName, 'When it is started again.'),
    MaximumRetryCount: limit('With `ON_FAILURE`, how often at most; null is without limit.'),
  },
);
