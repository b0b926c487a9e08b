import { slug, topics } from '@anshi/contracts';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import type { IncidentEvents } from '../incidents/events.ts';

const incidentMessage = z.object({
  data: z.object({ incident: z.object({ cameras: z.array(slug) }) }),
});

/**
 * Tells people and screens on walls that their alarms changed, without what changed: each asks for what it may see.
 * A screen hears of its own cameras alone. What this process committed is told at once, what others committed
 * by the bus.
 *
 * @returns a function that tells all of them.
 */
export function tellScreens(options: {
  live: Pick<LiveEvents, 'offer' | 'push'>;
  bus: Pick<Bus, 'subscribe'>;
  incidents: Pick<IncidentEvents, 'onCommit'>;
  tenant: string;
}): () => void {
  const { live, bus, incidents, tenant } = options;
  live.offer('desk-alarms');
  live.offer('screen-alarms', { allows: ({ screen }) => screen !== undefined });
  const tellOf = (cameras: readonly string[]): void =>
    live.push(tenant, 'screen-alarms', { type: 'screen-alarms' }, ({ screen }) =>
      cameras.some((camera) => screen?.cameras.includes(camera)),
    );
  incidents.onCommit(({ cameras }) => tellOf(cameras));
  bus.subscribe(topics.records(tenant, 'incident'), 1, (_topic, message) => {
    const heard = incidentMessage.safeParse(message);
    if (heard.success) tellOf(heard.data.data.incident.cameras);
  });
  const tell = (): void => {
    live.push(tenant, 'desk-alarms', { type: 'desk-alarms' });
    live.push(tenant, 'screen-alarms', { type: 'screen-alarms' });
  };
  for (const entity of ['desk-alarm', 'shift-handover', 'shift-note'] as const) {
    bus.subscribe(topics.records(tenant, entity), 1, tell);
  }
  return tell;
}
