/** `subscription { events }`. */
import { setTimeout as wait } from 'node:timers/promises';
import type { HubItem } from '../../events/subscription.ts';
import { builder } from '../builder.ts';
import { EngineEvent } from './events.ts';
import { EventFilter, eventTest } from './filter.ts';
import { eventModel } from './model.ts';

/** Milliseconds a new subscription waits for the Engine's stream before it is told that it stands. */
const patience = 2_000;

builder.subscriptionField('events', (t) =>
  t.field({
    type: EngineEvent,
    nullable: false,
    description:
      'Everything that happens on an Engine from now on, in order. All subscribers share one stream of the Engine ' +
      '(`GET /events`); it outlives a restart of the Engine, and where events were missed an `EventGap` says so.',
    args: {
      filter: t.arg({ type: EventFilter, description: 'Which events; all if left out.' }),
      engine: t.arg.string({ description: 'The name of the engine to watch; the default one if left out.' }),
    },
    subscribe: async (_root, { filter, engine }, context): Promise<AsyncIterableIterator<HubItem>> => {
      const { events } = context.scope(engine);
      const subscription = events.subscribe(eventTest(filter));
      const leave = () => void subscription.return?.();
      context.signal.addEventListener('abort', leave, { once: true });
      if (context.signal.aborted) leave();
      const given = new AbortController();
      // Over SSE the head of the answer means that nothing is missed from here on; an Engine that is away is waited for.
      await Promise.race([
        events.ready(AbortSignal.any([context.signal, given.signal])).catch(() => {}),
        wait(patience, undefined, { signal: given.signal }).catch(() => {}),
      ]);
      given.abort();
      return subscription;
    },
    resolve: (item, { engine }, context) => eventModel(context.scope(engine).fork(), item),
  }),
);
