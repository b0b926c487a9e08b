import { topics } from '@anshi/contracts';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Bus } from '../../platform/bus.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dividedTopic } from '../../platform/live/divided-topic.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import { toldOutside } from '../violations/outside.ts';
import { withoutCandidates } from '../violations/view.ts';
import { type Incident, incidentSchema } from './schema.ts';
import { readIncidents } from './view.ts';

export type IncidentChange = 'opened' | 'updated' | 'closed';

/** As many changes as may be between a commit and the message about it on the bus. */
const PUSHED_MAX = 10_000;

/** An incident that got a verdict, or lost one. Both are the same where something joined it after its verdict. */
export interface StatusChange {
  incident: string;
  before: string;
  after: string;
}
/** A module that keeps something in step with it, in the transaction of the verdict. */
export type StatusFollower = (unit: Unit, change: StatusChange) => Promise<void>;

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
   * without the reviewer. Browsers of this process get what their users see of it right after the commit.
   */
  emit(unit: Unit, changes: ReadonlyMap<string, IncidentChange>): Promise<void>;
  /** Tells that the claim of an incident is another one, or over: browsers ask for what they may see. */
  claimChanged(unit: Unit, incident: string): Promise<void>;
  follow(follower: StatusFollower): void;
  /** Calls back after the commit of each change of this process; those of others come over the bus. */
  onCommit(listener: (incident: Pick<Incident, 'cameras'>) => void): void;
  /** Runs the followers; the incident is written already. */
  statusChanged(unit: Unit, change: StatusChange): Promise<void>;
}

/** As people see it who see all incidents; see the events of violations. */
function seenByAll(account: Account, incident: Incident): Incident | null {
  const review = account.permissions.get('violation:review');
  if (account.permissions.get('violation:read') !== 'all') return null;
  const { main, person } = incident;
  if ((main.identity === null && person === null) || review === 'all') return incident;
  // Whom its other findings name is read for each.
  if (review !== undefined || person !== null) return null;
  return { ...incident, main: withoutCandidates(main) };
}

/**
 * Browsers of other processes get a change by the message on the bus, which does not name the reviewer:
 * their process reads the incident.
 *
 * @param options.read the incident as an account sees it, null out of its reach; of no account, all of it.
 */
export function createIncidentEvents(options: {
  bus: Bus;
  live: LiveEvents;
  read: (tenant: string, account: Account | null, id: string) => Promise<Incident | null>;
  log: Logger;
  tenant: string;
}): IncidentEvents {
  const { bus, live, read, log, tenant } = options;
  /** Changes that this process pushed already when their message comes back from the bus. */
  const pushed = new LRUCache<string, true>({ max: PUSHED_MAX });
  const topic = dividedTopic<IncidentChange, Incident>({
    live,
    topic: 'incidents',
    seenByAll,
    read,
    messageOf: (change, incident) => ({ type: 'incident', change, incident }),
    log,
  });

  bus.subscribe(topics.records(tenant, 'incident'), 1, (_topic, message) => {
    const heard = record.safeParse(message);
    if (!heard.success) return;
    const change = heard.data.type.split('.')[3] as IncidentChange;
    const { incident } = heard.data.data;
    if (pushed.has(keyOf(incident))) return;
    topic.pushStored(tenant, change, incident.id);
  });
  const followers: StatusFollower[] = [];
  const listeners: Parameters<IncidentEvents['onCommit']>[0][] = [];
  return {
    follow: (follower) => void followers.push(follower),
    onCommit: (listener) => void listeners.push(listener),
    async statusChanged(unit, change) {
      for (const follower of followers) await follower(unit, change);
    },

    async claimChanged(unit, incident) {
      unit.afterCommit(() =>
        live.push(unit.caller.tenant, 'incidents', { type: 'incident-claims' }),
      );
      await unit.emit({
        entity: 'incident-claim',
        what: 'changed',
        subject: incident,
        data: { incident },
      });
    },

    async emit(unit, changes) {
      for (const incident of await readIncidents(unit.tx, [...changes.keys()])) {
        const change = changes.get(incident.id);
        if (!change) continue;
        unit.afterCommit(() => {
          pushed.set(keyOf(incident), true);
          topic.push(unit.caller.tenant, change, incident);
          for (const listener of listeners) listener(incident);
        });
        await emitChange(unit, change, incident);
      }
    },
  };
}

/** The message on the bus alone, for changes where no service is at hand, as `emitChange` of violations. */
export const emitChange = (unit: Unit, change: IncidentChange, incident: Incident): Promise<void> =>
  unit.emit({
    entity: 'incident',
    what: change,
    subject: incident.id,
    data: { incident: outside(incident) },
  });

const keyOf = ({ id, version }: Pick<Incident, 'id' | 'version'>) => `${id} ${version}`;

/** Without the reviewer and the person, as {@link toldOutside}. */
const outside = ({ verdict, main, person: _, ...incident }: Incident) => ({
  ...incident,
  verdict: verdict && { at: verdict.at, reason: verdict.reason },
  main: toldOutside(main),
});
