import { topics } from '@anshi/contracts';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import { type OutsideViolation, toldOutside } from './outside.ts';
import { type Violation, violationSchema } from './schema.ts';

export type ViolationChange = 'recorded' | 'updated';

/** As many changes as may be between a commit and the message about it on the bus. */
const PUSHED_MAX = 10_000;

const record = z.object({
  type: z.enum(['cn.anshi.violation.recorded.v1', 'cn.anshi.violation.updated.v1']),
  data: z.object({
    violation: violationSchema.pick({
      id: true,
      version: true,
      endedAt: true,
      snapshot: true,
      clip: true,
      clipMissing: true,
    }),
  }),
});

export interface ViolationEvents {
  /**
   * Emits `cn.anshi.violation.<change>.v1` with the violation as it is now, through the outbox: the
   * bus, webhooks and consumers get what {@link toldOutside} lets through. Browsers of this process get
   * all of it right after the commit.
   */
  emit(unit: Unit, change: ViolationChange, violation: Violation): Promise<void>;
}

/**
 * Browsers of other processes get a change by the message on the bus, which does not name the reviewer:
 * their process reads the violation.
 *
 * @param options.read the violation as signed-in people see it; null where there is none any more.
 */
export function createViolationEvents(options: {
  bus: Bus;
  live: LiveEvents;
  read: (id: string) => Promise<Violation | null>;
  log: Logger;
  tenant: string;
}): ViolationEvents {
  const { bus, live, read, log, tenant } = options;
  /** Changes that this process pushed already when their message comes back from the bus. */
  const pushed = new LRUCache<string, true>({ max: PUSHED_MAX });
  const push = (to: string, change: ViolationChange, violation: Violation) =>
    live.push(to, 'violations', { type: 'violation', change, violation });

  // One after the other: an earlier state is never pushed after a later one.
  let turn = Promise.resolve();
  const pushStored = async (change: ViolationChange, id: string) => {
    const violation = await read(id);
    if (violation) push(tenant, change, violation);
  };

  live.offer('violations');
  bus.subscribe(topics.records(tenant, 'violation'), 1, (_topic, message) => {
    const heard = record.safeParse(message);
    if (!heard.success) return;
    const change = heard.data.type.includes('.recorded.') ? 'recorded' : 'updated';
    const { violation } = heard.data.data;
    if (pushed.has(keyOf(change, violation)) || !live.wanted(tenant, 'violations')) return;
    turn = turn
      .then(() => pushStored(change, violation.id))
      .catch((error: unknown) => log.warn({ err: error }, 'a change of a violation is not shown'));
  });
  return {
    async emit(unit, change, violation) {
      unit.afterCommit(() => {
        pushed.set(keyOf(change, violation), true);
        push(unit.caller.tenant, change, violation);
      });
      await unit.emit({
        entity: 'violation',
        what: change,
        subject: violation.id,
        data: { violation: toldOutside(violation) },
      });
    },
  };
}

/** Differs for any two changes of a violation: a verdict, its end, its clip, a rendition. */
const keyOf = (
  change: ViolationChange,
  {
    id,
    version,
    endedAt,
    snapshot,
    clip,
    clipMissing,
  }: Pick<OutsideViolation, 'id' | 'version' | 'endedAt' | 'snapshot' | 'clip' | 'clipMissing'>,
) => {
  const renditions = [snapshot?.rendition, clip?.rendition];
  return [change, id, version, endedAt, clip?.to, clipMissing?.reason, ...renditions].join(' ');
};
