/** How a service is reached. */
import type { Int64, Service } from '../../engine/types.ts';
import { PortProtocol } from '../container/enums.ts';
import { mapped, objects, record, text, word } from '../kit/record.ts';
import { of } from '../kit/wire.ts';
import type { Item } from '../task/spec/columns.ts';
import { EndpointMode, PortPublishMode } from './enums.ts';

export type Endpoint = NonNullable<Service['Endpoint']>;
type Spec = NonNullable<Endpoint['Spec']>;
export type EndpointPortShape = Item<NonNullable<Spec['Ports']>>;

/** 0 asks for any free one. */
const port = (value: Int64): number | null => Number(value) || null;

export const EndpointPort = record<EndpointPortShape>('EndpointPort', 'A port that a service publishes.', {
  [of]: 'EndpointPortConfig',
  Name: text('The name that it was given; null for none.'),
  Protocol: word(PortProtocol, 'The transport.'),
  TargetPort: mapped('Int', port, 'The port inside the containers.', { name: 'containerPort' }),
  PublishedPort: mapped(
    'Int',
    port,
    'The port that it is reached by from outside; null where the swarm chooses one. With the mode `HOST` each task may have ' +
      'another then: see `portStatus` of the tasks.',
    { name: 'hostPort' },
  ),
  PublishMode: word(PortPublishMode, 'On which nodes it can be reached.'),
});

export const EndpointSpec = record<Spec>('EndpointSpec', 'How a service is to be reached.', {
  [of]: 'EndpointSpec',
  Mode: word(EndpointMode, 'How it is reached by its name in its networks.'),
  Ports: objects(EndpointPort, 'The ports that it publishes, as they were asked for.'),
});
