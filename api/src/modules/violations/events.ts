import { topics } from '@anshi/contracts';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import { type Violation, violationSchema } from './schema.ts';

export type ViolationChange = 'recorded' | 'updated';

/** As many changes as may be between a commit and the message about it on the bus. */
const PUSHED_MAX = 10_000;

const record = z.object({
  type: z.enum(['cn.anshi.violation.recorded.v1', 'cn.anshi.violation.updated.v1']),
  data: z.object({ violation: violationSchema }),
});

export interface ViolationEvents {
  /**
   * Emits `cn.anshi.violation.<change>.v1` with the violation as it is now, through the outbox: the
   * bus, webhooks and consumers get it. Browsers of this process get it right after the commit.
   */
  emit(unit: Unit, change: ViolationChange, violation: Violation): Promise<void>;
}

/** Browsers of other processes get a change by the message on the bus. */
export function createViolationEvents(options: {
  bus: Bus;
  live: LiveEvents;
  tenant: string;
}): ViolationEvents {
  const { bus, live, tenant } = options;
  /** Changes that this process pushed already when their message comes back from the bus. */
  const pushed = new LRUCache<string, true>({ max: PUSHED_MAX });
  const push = (to: string, change: ViolationChange, violation: Violation) =>
    live.push(to, 'violations', { type: 'violation', change, violation });

  live.offer('violations');
  bus.subscribe(topics.records(tenant, 'violation'), 1, (_topic, message) => {
    const read = record.safeParse(message);
    if (!read.success) return;
    const change = read.data.type.includes('.recorded.') ? 'recorded' : 'updated';
    const { violation } = read.data.data;
    if (!pushed.has(keyOf(change, violation))) push(tenant, change, violation);
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
        data: { violation },
      });
    },
  };
}

/** Differs for any two changes of a violation: a verdict, its end, its clip. */
const keyOf = (change: ViolationChange, { id, version, endedAt, clip, clipMissing }: Violation) =>
  [change, id, version, endedAt, clip?.to, clipMissing?.reason].join(' ');
