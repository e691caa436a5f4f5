/** How the Engine is to find out whether a container is healthy. */
import type { HealthConfigBody } from '../../../engine/types.ts';
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { given, inside, type Place, refuse, since } from '../../mutation/input-error.ts';

const otherwise = 'as the image says, else';

export const HealthCheckInput = builder.inputType('HealthCheckInput', {
  ...mirrors('HealthConfig', { command: 'HealthConfig.Test', disable: 'HealthConfig.Test' }),
  description:
    'How the Engine is to find out whether a container is healthy. With neither `command` nor `test` the check of the ' +
    'image is used, with what is given here in place of its settings.',
  fields: (t) => ({
    command: t.string({
      description: 'The check as a command line for the shell of the container (`docker run --health-cmd`).',
    }),
    test: t.stringList({
      description:
        'The check as Docker writes it: `CMD` and a program with its arguments, or `CMD-SHELL` and a command line.',
    }),
    disable: t.boolean({
      description: 'Switch a check of the image off (`docker run --no-healthcheck`).',
    }),
    interval: t.field({
      type: 'Duration',
      description: `The time between two checks; ${otherwise} 30 seconds.`,
    }),
    timeout: t.field({
      type: 'Duration',
      description: `How long a check may take before it counts as failed; ${otherwise} 30 seconds.`,
    }),
    retries: t.int({
      description: `How many failures in a row make it unhealthy; ${otherwise} 3.`,
    }),
    startPeriod: t.field({
      type: 'Duration',
      description: `How long after the start failures do not count; ${otherwise} 0.`,
    }),
    startInterval: t.field({
      type: 'Duration',
      description: `The time between two checks during the start period; ${otherwise} 5 seconds.`,
      since: '1.44',
    }),
  }),
});

type HealthCheckWish = typeof HealthCheckInput.$inferInput;

function testOf({ test, command, disable }: HealthCheckWish, place: Place): readonly string[] | undefined {
  if (disable) return ['NONE'];
  if (command && test)
    refuse(inside(place, 'test'), 'says the same as `command` in another way: give one of them.');
  return command ? ['CMD-SHELL', command] : given(test);
}

/** @throws InputError for wishes that contradict each other, and for what the API of the Engine does not have yet */
export function healthCheckBody(
  input: HealthCheckWish | null | undefined,
  place: Place,
): HealthConfigBody | undefined {
  if (!input) return undefined;
  const { disable, ...settings } = input;
  if (disable && Object.values(settings).some((value) => value !== null && value !== undefined)) {
    refuse(
      inside(place, 'disable'),
      'leaves no check that the other settings could be for: give one or the other.',
    );
  }
  return {
    Test: testOf(input, place),
    Interval: given(input.interval),
    Timeout: given(input.timeout),
    Retries: given(input.retries),
    StartPeriod: given(input.startPeriod),
    StartInterval: since(inside(place, 'startInterval'), '1.44', input.startInterval),
  };
}

/** Whether the container has a check of its own, whatever its image has; undefined where that decides. */
export function checksHealth(input: HealthCheckWish | null | undefined): boolean | undefined {
  if (input?.disable || input?.test?.[0] === 'NONE') return false;
  return input?.command || input?.test?.length ? true : undefined;
}
