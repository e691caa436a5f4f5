/** Changes of services, as `docker service update` takes them and as the graph does. */
import type { SwarmThings } from './service-create-cases.ts';

export interface UpdateCase {
  /** Flags of `docker service create` for the service that is changed. */
  readonly base?: readonly string[];
  readonly flags: readonly string[];
  readonly input: object;
  readonly since?: string;
}

const pair = (text: string) => {
  const [key = '', value = ''] = text.split('=');
  return { key, value };
};
const pairs = (...texts: readonly string[]) => texts.map(pair);

export const updateCases = (things: SwarmThings): Readonly<Record<string, UpdateCase>> => {
  const { network, second, secret, otherSecret, config, otherConfig } = things;
  return {
    '--args, --entrypoint': {
      flags: ['--args', 'sh -c "sleep 2"', '--entrypoint', 'env A=1'],
      input: { command: ['sh', '-c', 'sleep 2'], entrypoint: ['env', 'A=1'] },
    },
    '--args, none': { flags: ['--args', ''], input: { command: [] } },
    '--entrypoint, none': {
      base: ['--entrypoint', 'env'],
      flags: ['--entrypoint', ''],
      input: { reset: ['ENTRYPOINT'] },
    },
    '--env-*': {
      base: ['--env', 'A=1', '--env', 'B=2', '--env', 'C=3'],
      flags: ['--env-add', 'A=x', '--env-add', 'D=4', '--env-rm', 'B'],
      input: {
        addEnv: [
          { name: 'A', value: 'x' },
          { name: 'D', value: '4' },
        ],
        removeEnv: ['B'],
      },
    },
    '--env-rm, what is not there': {
      base: ['--env', 'A=1'],
      flags: ['--env-rm', 'Z'],
      input: { removeEnv: ['Z'] },
    },
    '--label-*, --container-label-*': {
      base: ['--label', 'a=1', '--label', 'b=2', '--container-label', 'c=3', '--container-label', 'd=4'],
      flags: [
        '--label-add',
        'a=x',
        '--label-add',
        'n=1',
        '--label-rm',
        'b',
        '--container-label-add',
        'm=1',
        '--container-label-rm',
        'c',
      ],
      input: {
        addLabels: pairs('a=x', 'n=1'),
        removeLabels: ['b'],
        addContainerLabels: pairs('m=1'),
        removeContainerLabels: ['c'],
      },
    },
    '--mount-*': {
      base: [
        '--mount',
        'source=a,target=/a',
        '--mount',
        'source=b,target=/b',
        '--mount',
        'source=c,target=/c',
      ],
      flags: [
        '--mount-add',
        'source=z,target=/a,readonly',
        '--mount-add',
        'type=tmpfs,target=/d',
        '--mount-rm',
        '/b',
      ],
      input: {
        addMounts: [
          { source: 'z', target: '/a', readOnly: true },
          { type: 'TMPFS', target: '/d' },
        ],
        removeMounts: ['/b'],
      },
    },
    '--secret-*, --config-*': {
      base: ['--secret', secret, '--config', config],
      flags: [
        '--secret-rm',
        secret,
        '--secret-add',
        `source=${otherSecret},target=${secret}`,
        '--config-rm',
        config,
        '--config-add',
        `source=${otherConfig},target=${config},mode=0400`,
      ],
      input: {
        removeSecrets: [secret],
        addSecrets: [{ secret: otherSecret, target: secret }],
        removeConfigs: [config],
        addConfigs: [{ config: otherConfig, target: config, mode: '0400' }],
      },
    },
    '--network-*': {
      base: ['--network', network],
      flags: ['--network-rm', network, '--network-add', `name=${second},alias=web`],
      input: { removeNetworks: [network], addNetworks: [{ network: second, aliases: ['web'] }] },
    },
    '--publish-*': {
      base: ['--publish', '19080:80', '--publish', '19053:53/udp', '--publish', '19081:81'],
      flags: ['--publish-rm', '80', '--publish-rm', '53/udp', '--publish-add', '19090:90'],
      input: {
        removePorts: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
        addPorts: [{ containerPort: 90, hostPort: 19090 }],
      },
    },
    '--publish-add, short': {
      base: ['--publish', '19080:80'],
      flags: ['--publish-add', '19053:53/udp', '--publish-add', 'published=19055,target=55,mode=host'],
      input: { publish: ['19053:53/udp', 'published=19055,target=55,mode=host'] },
    },
    '--dns*, --host-*': {
      base: [
        '--dns',
        '10.0.0.2',
        '--dns-option',
        'a',
        '--dns-search',
        'x.org',
        '--host',
        'db:10.0.0.9',
        '--host',
        'db:10.0.0.8',
      ],
      flags: [
        '--dns-add',
        '10.0.0.3',
        '--dns-rm',
        '10.0.0.2',
        '--dns-option-add',
        'b',
        '--dns-option-rm',
        'a',
        '--dns-search-add',
        'y.org',
        '--dns-search-rm',
        'x.org',
        '--host-add',
        'new:10.0.0.7',
        '--host-rm',
        'db:10.0.0.9',
      ],
      input: {
        dns: {
          addServers: ['10.0.0.3'],
          removeServers: ['10.0.0.2'],
          addOptions: ['b'],
          removeOptions: ['a'],
          addSearch: ['y.org'],
          removeSearch: ['x.org'],
          addExtraHosts: ['new:10.0.0.7'],
          removeExtraHosts: ['db:10.0.0.9'],
        },
      },
    },
    '--host-rm, by name': {
      base: ['--host', 'db:10.0.0.9', '--host', 'db:10.0.0.8', '--host', 'web:10.0.0.8'],
      flags: ['--host-rm', 'db'],
      input: { dns: { removeExtraHosts: ['db'] } },
    },
    '--group-*': {
      base: ['--group', 'audio', '--group', 'video'],
      flags: ['--group-add', '44', '--group-rm', 'audio'],
      input: { security: { addGroups: ['44'], removeGroups: ['audio'] } },
    },
    '--cap-*': {
      base: ['--cap-add', 'NET_ADMIN', '--cap-drop', 'CHOWN'],
      flags: ['--cap-add', 'CHOWN', '--cap-add', 'SYS_TIME', '--cap-drop', 'NET_ADMIN', '--cap-drop', 'KILL'],
      input: { security: { allow: ['CHOWN', 'SYS_TIME'], forbid: ['NET_ADMIN', 'KILL'] } },
    },
    '--cap-* RESET': {
      base: ['--cap-add', 'NET_ADMIN', '--cap-drop', 'CHOWN'],
      flags: ['--cap-add', 'RESET', '--cap-drop', 'RESET'],
      input: { security: { allow: ['RESET'], forbid: ['RESET'] } },
    },
    '--sysctl-*, --ulimit-*': {
      base: ['--sysctl', 'a=1', '--sysctl', 'b=2', '--ulimit', 'nofile=64:128', '--ulimit', 'nproc=12'],
      flags: [
        '--sysctl-add',
        'c=3',
        '--sysctl-rm',
        'a',
        '--ulimit-add',
        'core=1',
        '--ulimit-add',
        'nproc=13',
        '--ulimit-rm',
        'nofile',
      ],
      input: {
        addSysctls: pairs('c=3'),
        removeSysctls: ['a'],
        resources: {
          addUlimits: [
            { name: 'core', soft: 1 },
            { name: 'nproc', soft: 13 },
          ],
          removeUlimits: ['nofile'],
        },
      },
    },
    '--constraint-*, --placement-pref-*': {
      base: [
        '--constraint',
        'node.role==worker',
        '--placement-pref',
        'spread=node.labels.a',
        '--placement-pref',
        'spread=node.labels.b',
      ],
      flags: [
        '--constraint-add',
        'node.labels.x==1',
        '--constraint-rm',
        'node.role==worker',
        '--placement-pref-add',
        'spread=node.labels.c',
        '--placement-pref-rm',
        'spread=node.labels.a',
      ],
      input: {
        placement: {
          addConstraints: ['node.labels.x==1'],
          removeConstraints: ['node.role==worker'],
          addPreferences: ['spread=node.labels.c'],
          removePreferences: ['spread=node.labels.a'],
        },
      },
    },
    '--generic-resource-*': {
      base: ['--generic-resource', 'gpu=2', '--generic-resource', 'ssd=1'],
      flags: ['--generic-resource-add', 'gpu=3', '--generic-resource-rm', 'ssd'],
      input: {
        resources: {
          reservations: { addGenericResources: [{ kind: 'gpu', value: 3 }], removeGenericResources: ['ssd'] },
        },
      },
    },
    '--limit-*, --reserve-*': {
      base: ['--limit-cpu', '2', '--limit-memory', '64m', '--reserve-memory', '32m'],
      flags: ['--limit-memory', '128m', '--limit-pids', '7', '--reserve-cpu', '0.5'],
      input: { resources: { limits: { memory: '128m', pidsLimit: 7 }, reservations: { cpus: 0.5 } } },
    },
    '--limit-cpu, --reserve-memory': {
      flags: ['--limit-cpu', '0.5', '--reserve-memory', '32m'],
      input: { resources: { limits: { cpus: 0.5 }, reservations: { memory: '32m' } } },
    },
    '--restart-max-attempts': {
      flags: ['--restart-max-attempts', '4'],
      input: { restartPolicy: { maxAttempts: 4 } },
    },
    '--limit-memory 0': {
      base: ['--limit-memory', '64m'],
      flags: ['--limit-memory', '0'],
      input: { resources: { limits: { memory: 0 } } },
    },
    '--oom-score-adj': {
      base: ['--oom-score-adj', '7'],
      flags: ['--oom-score-adj', '-5'],
      input: { resources: { oomScoreAdj: -5 } },
      since: '1.46',
    },
    '--health-*': {
      base: ['--health-cmd', 'true', '--health-interval', '5s'],
      flags: ['--health-retries', '9', '--health-timeout', '2s', '--health-start-period', '4s'],
      input: { healthcheck: { retries: 9, timeout: '2s', startPeriod: '4s' } },
    },
    '--health-cmd, after none': {
      base: ['--no-healthcheck'],
      flags: ['--health-cmd', 'test 1', '--health-interval', '3s'],
      input: { healthcheck: { command: 'test 1', interval: '3s' } },
    },
    '--no-healthcheck': {
      base: ['--health-cmd', 'true', '--health-interval', '5s'],
      flags: ['--no-healthcheck'],
      input: { healthcheck: { disable: true } },
    },
    '--restart-*': {
      base: ['--restart-max-attempts', '3'],
      flags: ['--restart-condition', 'none', '--restart-delay', '1s', '--restart-window', '9s'],
      input: { restartPolicy: { condition: 'NONE', delay: '1s', window: '9s' } },
    },
    '--restart-delay, where there was no policy': {
      flags: ['--restart-delay', '1s'],
      input: { restartPolicy: { delay: '1s' } },
    },
    '--update-*, --rollback-*': {
      base: ['--update-delay', '1s'],
      flags: [
        '--update-parallelism',
        '0',
        '--update-monitor',
        '1s',
        '--update-failure-action',
        'continue',
        '--update-order',
        'start-first',
        '--update-max-failure-ratio',
        '0.5',
        '--rollback-delay',
        '2s',
        '--rollback-order',
        'start-first',
      ],
      input: {
        updateConfig: {
          parallelism: 0,
          monitor: '1s',
          failureAction: 'CONTINUE',
          order: 'START_FIRST',
          maxFailureRatio: 0.5,
        },
        rollbackConfig: { delay: '2s', order: 'START_FIRST' },
      },
    },
    '--rollback-*': {
      flags: [
        '--rollback-parallelism',
        '2',
        '--rollback-monitor',
        '1s',
        '--rollback-failure-action',
        'continue',
        '--rollback-max-failure-ratio',
        '0.5',
        '--update-delay',
        '1s',
      ],
      input: {
        rollbackConfig: { parallelism: 2, monitor: '1s', failureAction: 'CONTINUE', maxFailureRatio: 0.5 },
        updateConfig: { delay: '1s' },
      },
    },
    '--replicas, --replicas-max-per-node': {
      flags: ['--replicas', '4', '--replicas-max-per-node', '2'],
      input: { replicas: 4, placement: { maxReplicas: 2 } },
    },
    '--endpoint-mode': { flags: ['--endpoint-mode', 'dnsrr'], input: { endpointMode: 'DNSRR' } },
    '--force': { flags: ['--force'], input: { force: true } },
    '--log-*': {
      base: ['--log-driver', 'json-file', '--log-opt', 'max-file=2'],
      flags: ['--log-driver', 'local', '--log-opt', 'max-size=1m'],
      input: { logConfig: { type: 'local', config: pairs('max-size=1m') } },
    },
    '--hostname, --user, --workdir, --stop-*, --tty, --read-only, --init, --isolation': {
      base: ['--hostname', 'h', '--user', 'root', '--stop-signal', 'SIGINT', '--tty'],
      flags: [
        '--hostname',
        '',
        '--user',
        '1:1',
        '--workdir',
        '/x',
        '--stop-signal',
        'SIGHUP',
        '--stop-grace-period',
        '3s',
        '--tty=false',
        '--read-only',
        '--init',
        '--isolation',
        'process',
      ],
      input: {
        hostname: '',
        user: '1:1',
        workingDir: '/x',
        stopSignal: 'SIGHUP',
        stopGracePeriod: '3s',
        tty: false,
        security: { readonlyRootfs: true },
        init: true,
        isolation: 'PROCESS',
      },
    },
    '--credential-spec': {
      base: ['--credential-spec', 'file://a.json', '--config', otherConfig],
      flags: ['--credential-spec', `config://${config}`],
      input: { security: { credentialSpec: { config } } },
    },
    '--credential-spec, none': {
      base: ['--credential-spec', `config://${config}`, '--config', otherConfig],
      flags: ['--credential-spec', ''],
      input: { reset: ['CREDENTIAL_SPEC'] },
    },
    '--credential-spec stays when files change': {
      base: ['--credential-spec', `config://${config}`],
      flags: ['--config-add', otherConfig],
      input: { addConfigs: [{ config: otherConfig }] },
    },
    '--image': { flags: ['--image', 'other:1'], input: { image: 'other:1' } },
  };
};

/** Flags without a case, and why. */
export const excusedUpdateFlags: Readonly<Record<string, string>> = {
  detach: 'output of the CLI; waiting is in service-converge.spec.ts',
  quiet: 'output of the CLI',
  help: 'output of the CLI',
  'no-resolve-image': 'every case gives it; what comes without is in service-images.spec.ts',
  'with-registry-auth': 'is not in the spec: in service-images.spec.ts',
  rollback: 'a mutation of its own: in service-update.spec.ts',
  'max-concurrent': 'the CLI takes it and does nothing: in service-update.spec.ts',
  'health-start-interval': 'the CLI takes it and does nothing: in service-update.spec.ts',
};
