import { observation, topics } from '@anshi/contracts';
import type { Bus } from '../../platform/bus.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';
import type { CameraReach } from './reach.ts';

const TOPIC = 'observations:';

/**
 * Forwards observations to the browsers that watch the camera. Without subscribers they are neither
 * validated nor kept: they arrive many times per second.
 */
export function forwardObservations(options: {
  bus: Bus;
  live: LiveEvents;
  metrics: Metrics;
  tenant: string;
  reach: Pick<CameraReach, 'isWithin'>;
}): void {
  const { bus, live, metrics, tenant, reach } = options;
  live.offer(TOPIC, {
    allows: (account, name) => reach.isWithin(account, 'live:watch', name.slice(TOPIC.length)),
  });
  bus.subscribe(topics.observations(tenant, '+', '+'), 0, (topic, message) => {
    const camera = topic.split('/').at(-1);
    if (camera === undefined) return;
    const name = `${TOPIC}${camera}`;
    if (!live.wanted(tenant, name)) return;
    const read = observation.safeParse(message);
    if (!read.success || read.data.camera !== camera) return;
    if (takeTime(metrics, 'observation', read.data.at).result !== 'taken') return;
    // The camera may have moved since they subscribed.
    live.push(tenant, name, { type: 'observation', observation: read.data }, (account) =>
      reach.isWithin(account, 'live:watch', camera),
    );
  });
}
