/** What the API documents list and the schema has on purpose not. Each reason is one that a user accepts. */

export interface Waiver {
  readonly reason: string;
  /** What it is about, as the ledger names it: `body EndpointSettings.Gateway`. */
  readonly items: readonly string[];
}

/** How many there may be in all. */
export const maxWaivers = 10;

const each = (prefix: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${prefix}.${name}`);

export const waivers: readonly Waiver[] = [
  {
    reason:
      'An endpoint as the Engine reports it and as it is asked for are one definition in the documents: these are what the Engine finds out itself, and it takes no notice of them in a request.',
    items: each(
      'body EndpointSettings',
      'NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen DNSNames',
    ),
  },
  {
    reason:
      'Documented for an update because it is for a create: the Engine leaves these as they are without a word, and a new container is the only way to change them.',
    items: [
      ...each(
        'body ContainerUpdateBody',
        'CgroupParent BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps ' +
          'Devices DeviceCgroupRules DeviceRequests MemorySwappiness OomKillDisable Init Ulimits CpuCount CpuPercent ' +
          'IOMaximumIOps IOMaximumBandwidth',
      ),
      ...each('body ContainerUpdateBody.BlkioWeightDevice[]', 'Path Weight'),
      ...each('body ContainerUpdateBody.Ulimits[]', 'Name Soft Hard'),
    ],
  },
  {
    reason:
      'Of one run, not of an image: the OCI image format has no place for these, and the Engine drops them from a commit (since 1.50) or nothing ever read them there.',
    items: each(
      'body ContainerConfig',
      'Hostname Domainname AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce Image NetworkDisabled ' +
        'StopTimeout MacAddress',
    ),
  },
  {
    reason:
      'The Engine does not read it: keys that detach belong to the connection, and are given where one is opened (`ContainerAttachStartInput.detachKeys`).',
    items: ['parameter POST /containers/{id}/start?detachKeys'],
  },
  {
    reason: 'Managers of a swarm take it and never send it back, as it is secret: it can be written only.',
    items: ['answer SecretSpec.Data', 'answer SwarmSpec.CAConfig.SigningCAKey'],
  },
];
