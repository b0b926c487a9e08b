import { observation, topics } from '@anshi/contracts';
import type { Bus } from '../../platform/bus.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import type { Metrics } from '../../platform/metrics.ts';
import { takeTime } from '../../platform/outside-time.ts';

/**
 * Forwards observations to the browsers that watch the camera. Without subscribers they are neither
 * validated nor kept: they arrive many times per second.
 */
export function forwardObservations(options: {
  bus: Bus;
  live: LiveEvents;
  metrics: Metrics;
  tenant: string;
}): void {
  const { bus, live, metrics, tenant } = options;
  live.offer('observations:');
  bus.subscribe(topics.observations(tenant, '+', '+'), 0, (topic, message) => {
    const camera = topic.split('/').at(-1);
    const name = `observations:${camera}`;
    if (!live.wanted(tenant, name)) return;
    const read = observation.safeParse(message);
    if (!read.success || read.data.camera !== camera) return;
    if (takeTime(metrics, 'observation', read.data.at).result !== 'taken') return;
    live.push(tenant, name, { type: 'observation', observation: read.data });
  });
}
