import { topics } from '@anshi/contracts';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Bus } from '../../platform/bus.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dividedTopic } from '../../platform/live/divided-topic.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import { type OutsideViolation, toldOutside } from './outside.ts';
import { type Violation, violationSchema } from './schema.ts';
import { withNames, withoutCandidates } from './view.ts';

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
   * what their users see of it right after the commit.
   */
  emit(unit: Unit, change: ViolationChange, violation: Violation): Promise<void>;
}

/** Of the identity, what people see who see all violations: candidates are for reviewers. */
function seenByAll(account: Account, violation: Violation): Violation | null {
  const review = account.permissions.get('violation:review');
  if (account.permissions.get('violation:read') !== 'all') return null;
  if (violation.identity === null || review === 'all') return violation;
  // A reviewer of some of them is told what their list says.
  return review === undefined ? withoutCandidates(violation) : null;
}

/**
 * Browsers of other processes get a change by the message on the bus, which does not name the reviewer:
 * their process reads the violation.
 *
 * @param options.read the violation as an account sees it, null out of its reach; of no account, all of it.
 */
export function createViolationEvents(options: {
  bus: Bus;
  live: LiveEvents;
  read: (tenant: string, account: Account | null, id: string) => Promise<Violation | null>;
  log: Logger;
  tenant: string;
}): ViolationEvents {
  const { bus, live, read, log, tenant } = options;
  /** Changes that this process pushed already when their message comes back from the bus. */
  const pushed = new LRUCache<string, true>({ max: PUSHED_MAX });
  const topic = dividedTopic<ViolationChange, Violation>({
    live,
    topic: 'violations',
    seenByAll,
    read,
    messageOf: (change, violation) => ({ type: 'violation', change, violation }),
    log,
  });

  bus.subscribe(topics.records(tenant, 'violation'), 1, (_topic, message) => {
    const heard = record.safeParse(message);
    if (!heard.success) return;
    const change = heard.data.type.includes('.recorded.') ? 'recorded' : 'updated';
    const { violation } = heard.data.data;
    if (pushed.has(keyOf(change, violation))) return;
    topic.pushStored(tenant, change, violation.id);
  });
  return {
    async emit(unit, change, unnamed) {
      const [violation = unnamed] = await withNames(unit.tx, [unnamed]);
      unit.afterCommit(() => {
        pushed.set(keyOf(change, violation), true);
        topic.push(unit.caller.tenant, change, violation);
      });
      await emitChange(unit, change, violation);
    },
  };
}

/**
 * The message on the bus alone, for changes where no service is at hand: browsers of this process get them by it,
 * as those of others do.
 */
export const emitChange = (
  unit: Unit,
  change: ViolationChange,
  violation: Violation,
): Promise<void> =>
  unit.emit({
    entity: 'violation',
    what: change,
    subject: violation.id,
    data: { violation: toldOutside(violation) },
  });

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
