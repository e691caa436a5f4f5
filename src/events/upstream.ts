/** The one stream of events from an Engine: opened, drained, resumed, for as long as somebody listens. */
import { type Backoff, sleep, waitBefore } from './clock.ts';
import { type ConnectionOptions, follow } from './connection.ts';
import { EventHistory } from './history.ts';

export interface UpstreamOptions extends Omit<ConnectionOptions, 'onLive'> {
  readonly backoff: Backoff;
  readonly onState: (state: 'live' | 'reconnecting') => void;
}

/**
 * Keeps a stream up until the signal is aborted, whatever happens to the Engine. After a break it resumes where it was,
 * without repeats, and tells a gap where the Engine has forgotten.
 */
export async function watchEvents(options: UpstreamOptions, signal: AbortSignal): Promise<void> {
  const { logger, backoff, clock, onState } = options;
  const history = new EventHistory();
  let wasLive = false;
  let failures = 0;
  let isAway = false;
  const onLive = (): void => {
    if (isAway) logger.info({}, 'The event stream of the Engine is back.');
    isAway = false;
    onState('live');
  };
  while (!signal.aborted) {
    const { liveSince, err } = await follow({ ...options, onLive }, history, wasLive, signal);
    if (signal.aborted) return;
    if (liveSince !== undefined) {
      wasLive = true;
      if (clock.now() - liveSince >= backoff.healthy) failures = 0;
      logger.debug({ err }, 'The event stream ended; it is opened again.');
      onState('reconnecting');
    } else if (!isAway) {
      // Said once for each time the Engine is away: attempts go on for ever.
      isAway = true;
      logger.warn({ err }, 'The event stream of the Engine cannot be opened; trying again until it can.');
    }
    await sleep(clock, waitBefore(backoff, failures, clock), signal);
    failures++;
  }
}
