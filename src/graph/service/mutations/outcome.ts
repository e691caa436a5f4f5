/** What mutations of services answer. */
import type { EngineScope } from '../../../loaders/scope.ts';
import type { FieldBuilder } from '../../kit/record.ts';
import { wire } from '../../kit/wire.ts';
import type { Outcome } from '../../mutation/payload.ts';
import { Service } from '../../nouns.ts';
import { noOperation, type OperationOutcome, operationField } from '../../operation/fields.ts';
import { type ServiceModel, serviceModel } from '../model.ts';

export interface ServiceOutcome extends OperationOutcome {
  readonly service: () => Promise<ServiceModel | null>;
  readonly warnings: readonly string[];
}

const noService = async (): Promise<null> => null;

/** For a mutation that did nothing. */
export const nothing = { service: noService, warnings: [], operation: noOperation };

/** As it is then: read by inspect, as the mutation has forgotten what was read before. */
export const serviceNow = (scope: EngineScope, id: string) => async (): Promise<ServiceModel | null> => {
  const data = await scope.loaders.services.inspect.load(id);
  return data?.ID ? serviceModel(scope, data) : null;
};

export const serviceField = <Shape extends Outcome & Pick<ServiceOutcome, 'service'>>(
  t: FieldBuilder<Shape>,
) =>
  t.field({
    ...wire('ServiceCreateResponse.ID'),
    type: Service,
    nullable: true,
    description: 'The service as it is after the change; null when there is none.',
    resolve: ({ service }) => service(),
  });

/** The fields of a payload about one service. */
export const serviceFields = <Shape extends ServiceOutcome>(t: FieldBuilder<Shape>) => ({
  service: serviceField(t),
  warnings: t.field({
    ...wire(
      'ServiceCreateResponse.Warnings',
      'ServiceUpdateResponse.Warnings',
      'ServiceCreateResponse.Warning',
    ),
    type: ['String'],
    nullable: false,
    description:
      'What is to be known though it was done, such as an image that the registry could not be asked for.',
    resolve: ({ warnings }) => warnings,
  }),
  operation: operationField(t),
});
