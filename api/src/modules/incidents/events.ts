import { topics } from '@anshi/contracts';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import { toldOutside } from '../violations/outside.ts';
import { type Incident, incidentSchema } from './schema.ts';
import { readIncidents } from './view.ts';

export type IncidentChange = 'opened' | 'updated' | 'closed';

/** As many changes as may be between a commit and the message about it on the bus. */
const PUSHED_MAX = 10_000;

const record = z.object({
  type: z.enum([
    'cn.anshi.incident.opened.v1',
    'cn.anshi.incident.updated.v1',
    'cn.anshi.incident.closed.v1',
  ]),
  data: z.object({ incident: incidentSchema.pick({ id: true, version: true }) }),
});

export interface IncidentEvents {
  /**
   * Emits `cn.anshi.incident.<change>.v1` with each incident as it is now: the bus and webhooks get it
   * without the reviewer. Browsers of this process get all of it right after the commit.
   */
  emit(unit: Unit, changes: ReadonlyMap<string, IncidentChange>): Promise<void>;
}

/**
 * Browsers of other processes get a change by the message on the bus, which does not name the reviewer:
 * their process reads the incident.
 *
 * @param options.read the incident as signed-in people see it; null where there is none any more.
 */
export function createIncidentEvents(options: {
  bus: Bus;
  live: LiveEvents;
  read: (id: string) => Promise<Incident | null>;
  log: Logger;
  tenant: string;
}): IncidentEvents {
  const { bus, live, read, log, tenant } = options;
  /** Changes that this process pushed already when their message comes back from the bus. */
  const pushed = new LRUCache<string, true>({ max: PUSHED_MAX });
  const push = (to: string, change: IncidentChange, incident: Incident) =>
    live.push(to, 'incidents', { type: 'incident', change, incident });

  // One after the other: an earlier state is never pushed after a later one.
  let turn = Promise.resolve();
  const pushStored = async (change: IncidentChange, id: string) => {
    const incident = await read(id);
    if (incident) push(tenant, change, incident);
  };

  live.offer('incidents');
  bus.subscribe(topics.records(tenant, 'incident'), 1, (_topic, message) => {
    const heard = record.safeParse(message);
    if (!heard.success) return;
    const change = heard.data.type.split('.')[3] as IncidentChange;
    const { incident } = heard.data.data;
    if (pushed.has(keyOf(incident)) || !live.wanted(tenant, 'incidents')) return;
    turn = turn
      .then(() => pushStored(change, incident.id))
      .catch((error: unknown) => log.warn({ err: error }, 'a change of an incident is not shown'));
  });
  return {
    async emit(unit, changes) {
      for (const incident of await readIncidents(unit.tx, [...changes.keys()])) {
        const change = changes.get(incident.id);
        if (!change) continue;
        unit.afterCommit(() => {
          pushed.set(keyOf(incident), true);
          push(unit.caller.tenant, change, incident);
        });
        await unit.emit({
          entity: 'incident',
          what: change,
          subject: incident.id,
          data: { incident: outside(incident) },
        });
      }
    },
  };
}

const keyOf = ({ id, version }: Pick<Incident, 'id' | 'version'>) => `${id} ${version}`;

/** Without the reviewer, as {@link toldOutside}. */
const outside = ({ verdict, main, ...incident }: Incident) => ({
  ...incident,
  verdict: verdict && { at: verdict.at, reason: verdict.reason },
  main: toldOutside(main),
});
