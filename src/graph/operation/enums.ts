/** The closed sets of words about operations. They are the gateway's own: the Engine has no such thing. */
import type { StepState, WorkKind, WorkState } from '../../long-work/work.ts';
import { builder } from '../builder.ts';

type Values<Name extends string> = Readonly<Record<Name, { readonly description: string }>>;

const kinds: Values<WorkKind> = {
  IMAGE_PULL: { description: 'An image is fetched from its registry.' },
  IMAGE_PUSH: { description: 'An image is sent to a registry.' },
  IMAGE_BUILD: { description: 'An image is built.' },
  IMAGE_LOAD: { description: 'Images are loaded from an archive.' },
  SERVICE_CONVERGE: {
    description:
      'The tasks of a service are waited for, until they are as it wants them. To cancel it ends the wait alone.',
  },
  IMAGE_IMPORT: { description: 'An image is made of the files of a root file system.' },
  PLUGIN_INSTALL: { description: 'A plugin is fetched from its registry, set and enabled.' },
  PLUGIN_UPGRADE: { description: 'A plugin is replaced by what its registry has.' },
  PLUGIN_PUSH: { description: 'A plugin is sent to a registry.' },
  PLUGIN_CREATE: { description: 'A plugin is made of an archive.' },
};

export const OperationKind = builder.enumType('OperationKind', {
  description: 'What an operation does.',
  values: kinds,
});

const states: Values<WorkState> = {
  WAITING_FOR_UPLOAD: { description: 'It cannot begin before the bytes come that it was promised.' },
  RUNNING: { description: 'It is being done.' },
  SUCCEEDED: { description: 'It was done. This is an end.' },
  FAILED: { description: 'It was not done, or not known to be; see `error`. This is an end.' },
  CANCELED: { description: 'It was stopped before it was done. This is an end.' },
};

export const OperationState = builder.enumType('OperationState', {
  description: 'How far an operation is.',
  values: states,
});

const stepStates: Values<StepState> = {
  WAITING: { description: 'It has not begun.' },
  RUNNING: { description: 'It is being done.' },
  DONE: { description: 'It was done.' },
  SKIPPED: { description: 'There was nothing to do: it was there already.' },
  CACHED: { description: 'Of a build: it was done by an earlier one, and is taken from there.' },
  FAILED: { description: 'It failed.' },
  CANCELED: { description: 'Of a build: it was under way when that ended without it.' },
};

export const OperationStepState = builder.enumType('OperationStepState', {
  description: 'How far a step of an operation is.',
  values: stepStates,
});
