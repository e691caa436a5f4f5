/** `subscription { events }`. */
import { setTimeout as wait } from 'node:timers/promises';
import { BadUserInput } from '../../errors.ts';
import { type Place, placeOf } from '../../events/cursor.ts';
import { type HubItem, missedEvents } from '../../events/item.ts';
import { selects } from '../../fan-out/selects.ts';
import { shareable } from '../../fan-out/sharing.ts';
import { builder } from '../builder.ts';
import { nanosOfSeconds } from '../kit/time.ts';
import { wire } from '../kit/wire.ts';
import { EngineEvent } from './events.ts';
import { EventFilter, eventTest, nounsOf, thingTest } from './filter.ts';
import { eventModel } from './model.ts';
import { EventResync } from './resync.ts';
import { endingAt } from './until.ts';

/** Milliseconds a new subscription waits for the Engine's stream before it is told that it stands. */
const patience = 2_000;

function placeAfter(cursor: string | null | undefined): Place | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const place = placeOf(cursor);
  if (place) return place;
  throw new BadUserInput(
    '`after` is no cursor of an event: hand back the `cursor` of the last event as it came, or leave `after` out to begin now.',
  );
}

builder.subscriptionField('events', (t) =>
  t.field({
    type: EngineEvent,
    nullable: false,
    extensions: shareable<{ readonly after?: string | null }, HubItem>({
      // A resync begins with what there is, and is everybody's own for that.
      when: ({ after }, selected) =>
        (after === undefined || after === null) && !selects(selected, EventResync.name),
      missed: missedEvents,
    }),
    description:
      'Everything that happens on an Engine from now on, or after a cursor, in order. All subscribers share one stream of ' +
      'the Engine (`GET /events`); it outlives a restart of the Engine, and where events were missed an `EventGap` says ' +
      'so. Whoever selects fields of `EventResync` is told after each gap what there is now, and what differs.',
    args: {
      filter: t.arg({
        ...wire('GET /events?filters'),
        type: EventFilter,
        description: 'Which events; all if left out.',
      }),
      after: t.arg.string({
        ...wire('GET /events?since'),
        description:
          'The `cursor` of the last event that was seen: goes on after it, without loss and without repeats, and then with ' +
          'what happens from now on. The gateway keeps the last 10,000 events while anybody watches, and for two seconds ' +
          'more (settings `events-kept` and `events-linger`); what came before those is asked of the Engine, which keeps ' +
          'its last 256 until it is restarted. Where neither reaches that far back an `EventGap` comes first, and then ' +
          'whatever is known since. The filter may be another than before.',
      }),
      until: t.arg({
        ...wire('GET /events?until'),
        type: 'Timestamp',
        description:
          'Ends the subscription with the last event before this moment, by the clock of the Engine; it has no end if left out.',
      }),
      engine: t.arg.string({ description: 'The name of the engine to watch; the default one if left out.' }),
    },
    subscribe: async (
      _root,
      { filter, after, until, engine },
      context,
      info,
    ): Promise<AsyncIterableIterator<HubItem>> => {
      const { events } = context.scope(engine);
      const endless = events.subscribe(eventTest(filter), {
        after: placeAfter(after),
        resync: selects(info, EventResync.name) ? nounsOf(filter) : [],
      });
      const subscription = until ? endingAt(endless, nanosOfSeconds(until)) : endless;
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
    resolve: (item, { engine, filter }, context) =>
      eventModel(context.scope(engine).fork(), item, thingTest(filter)),
  }),
);
