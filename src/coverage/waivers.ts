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
    reason:
      'Whether a service has a number of tasks or one on each node cannot be changed once it has been made: the Engine refuses an update that says otherwise, so the gateway sends what there is.',
    items: [...each('body ServiceUpdateBody.Mode', 'Global GlobalJob'), 'body ServiceUpdateBody.Mode'],
  },
  {
    reason:
      'A secret that the Engine is given and never gives back: documented for answers, because the definition is that of the request too.',
    items: ['answer SwarmSpec.CAConfig.SigningCAKey', 'answer SecretSpec.Data'],
  },
  {
    reason:
      'Superseded by `TaskTemplate.Networks`, which `networks` of a service becomes: the Engine takes one of the two, and this one is deprecated.',
    items: ['body ServiceCreateBody.Networks', 'body ServiceUpdateBody.Networks'],
  },
  {
    reason:
      'The task that connects a single container to an overlay network: the swarm makes it by itself when a container is connected, and no service can be made of it.',
    items: ['body TaskSpec.NetworkAttachmentSpec', 'body TaskSpec.NetworkAttachmentSpec.ContainerID'],
  },
  {
    reason:
      'Takes a legacy link away from a container (`docker rm --link`): links go with the containers that have them, and networks with aliases took their place.',
    items: ['parameter DELETE /containers/{id}?link'],
  },
  {
    reason:
      'Chooses something else than an image on the Engine as what BuildKit makes: files or an archive for its client, which wants another protocol. Images are saved by `Image.save`, files of them are read from a container.',
    items: ['parameter POST /build?outputs'],
  },
];
