import { type Animal, untilStopped } from './site.ts';

/** Nanoseconds in which the Engine wants durations. */
const second = 1_000_000_000;
const hour = 3600 * second;

/**
 * A probe that answers once and then does not end any more: a zoo that is ready is quiet, where ordinary probes
 * would send three events each for ever.
 */
const probeOnce = (result: 0 | 1, words: string): readonly string[] => [
  'CMD-SHELL',
  `[ -e /tmp/probed ] && exec sleep 1000000; touch /tmp/probed; echo "${words}"; exit ${result}`,
];

const probed = (result: 0 | 1, words: string) => ({
  Healthcheck: { Test: probeOnce(result, words), Interval: second / 4, Timeout: 24 * hour, Retries: 1 },
});

/** One container for each state that a container can be in. */
export const states: readonly Animal[] = [
  { name: 'running', life: 'running' },
  { name: 'paused', life: 'paused' },
  { name: 'created', life: 'created' },
  { name: 'exited-0', life: { exited: 0 }, body: { Cmd: ['true'] } },
  { name: 'exited-3', life: { exited: 3 }, body: { Cmd: ['sh', '-c', 'echo it failed >&2; exit 3'] } },
  { name: 'exited-137', life: 'killed' },
  {
    name: 'restarting',
    life: 'restarting',
    body: { Cmd: ['false'], HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 0 } } },
  },
  { name: 'broken', life: 'broken', body: { Cmd: ['/no/such/command'] } },
  { name: 'healthy', life: { health: 'healthy' }, body: probed(0, 'all is well') },
  { name: 'unhealthy', life: { health: 'unhealthy' }, body: probed(1, 'nothing answers') },
  {
    name: 'starting',
    life: { health: 'starting' },
    body: {
      Healthcheck: {
        Test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/'],
        Interval: hour,
        Timeout: 5 * second,
        StartPeriod: 90 * second,
        // From Engine 25 on the probes begin every five seconds if it is left out.
        StartInterval: hour,
        Retries: 7,
      },
    },
  },
  { name: 'no-health', life: 'running', body: { Healthcheck: { Test: ['NONE'] } } },
  { name: 'auto-remove', life: 'running', body: { HostConfig: { AutoRemove: true } } },
  {
    name: 'terminal',
    life: 'running',
    body: { Cmd: ['sh'], Tty: true, OpenStdin: true, AttachStdin: true, StdinOnce: false },
  },
  ...(['always', 'unless-stopped'] as const).map(
    (policy): Animal => ({
      name: `restart-${policy}`,
      life: 'running',
      body: { HostConfig: { RestartPolicy: { Name: policy } } },
    }),
  ),
  {
    name: 'restart-on-failure',
    life: 'running',
    body: { HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 } } },
  },
  {
    name: 'talker',
    life: 'running',
    body: {
      Cmd: [
        'sh',
        '-c',
        [
          "trap 'exit 0' TERM",
          'echo to stdout',
          'echo to stderr >&2',
          "printf 'gr\\303\\274\\303\\237e \\360\\237\\220\\263\\n'",
          "printf 'not utf-8: \\377\\376\\n'",
          // One line of 40 000 bytes: the Engine cuts it into pieces of 16 KiB.
          "head -c 40000 /dev/zero | tr '\\0' x; echo",
          "printf 'no line feed at the end'",
          'sleep 1000000 & wait',
        ].join('; '),
      ],
    },
  },
  {
    name: 'changed',
    life: { exited: 0 },
    body: { Cmd: ['sh', '-c', 'touch /new; rm /etc/group; echo >>/etc/passwd'] },
  },
  { name: 'default-command', life: 'running', body: { Cmd: [...untilStopped], Env: [] } },
];
