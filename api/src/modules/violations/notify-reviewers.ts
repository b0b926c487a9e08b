import type { Bilingual } from '@anshi/contracts';
import type { Logger } from 'pino';
import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Features } from '../../platform/features/state.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import type { Notice, Notices } from '../../platform/notices/types.ts';
import { createOutboxFeed } from '../../platform/outbox/events.ts';
import { formatInstant } from '../../platform/workflow/notify.ts';
import { kindNames, kindOf, type NameKind } from './kind.ts';
import type { ViolationRow } from './repository.ts';

/** A camera that sees violations all day makes one notice an hour, with their number. */
const ONE_NOTICE_MINUTES = 60;
const EVERY_MS = 1_000;
const BATCH = 500;

/**
 * Notifies those who review violations, from the outbox: what is recorded notifies also where a process
 * dies in between. Not a consumer, which has a unit of work for each event: a burst of violations makes
 * one look here and slows down no ingest. A violation that was reviewed meanwhile notifies nobody.
 */
export function startReviewNotices(options: {
  database: Database;
  units: Units;
  notices: Notices;
  features: Pick<Features, 'check'>;
  tenant: string;
  timeZone: string;
  log: Logger;
}): Loop {
  const { database, units, notices, features, tenant, timeZone, log } = options;
  let open: Unit | null = null;
  const feed = createOutboxFeed({
    database,
    tenant,
    name: 'violation-notices',
    batch: BATCH,
    types: ['cn.anshi.violation.recorded.v1'],
    data: false,
    transaction: (work) =>
      units.run(systemCaller(tenant), (unit) => {
        open = unit;
        return work(unit.tx);
      }),
    async take(tx, events) {
      const unit = open;
      if (!unit) return 0;
      // Its notices do not come later: those of months ago would be wrong.
      if (!(await features.check('monitoring'))) return events.length;
      const ids = events.flatMap(({ subject }) => subject ?? []);
      const pending = await tx.violation.findMany({
        where: { id: { in: ids }, status: 'pending' },
        select: shown,
        orderBy: [{ camera: 'asc' }, { startedAt: 'asc' }, { id: 'asc' }],
      });
      if (pending.length === 0) return events.length;
      const to = await holdersOf(tx, 'violation:review');
      const nameOf = await kindNames(tx);
      for (const group of groupsOf(pending)) {
        await notices.notify(unit, noticeOf(group, to, timeZone, nameOf));
      }
      return events.length;
    },
  });
  return startLoop({
    name: 'notices of violations',
    log,
    everyMs: EVERY_MS,
    pass: async () => (await feed.pass())?.more === true,
  });
}

const shown = {
  id: true,
  camera: true,
  cameraName: true,
  rule: true,
  item: true,
  severity: true,
  startedAt: true,
} as const;
type Shown = Pick<ViolationRow, keyof typeof shown>;
type Group = [Shown, ...Shown[]];

/** Violations that are one notice, in the order in which notices are locked. */
function groupsOf(rows: readonly Shown[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = `${row.camera} ${severityOf(row)}`;
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

const isDown = ({ rule }: Shown) => rule === 'person-down';

/** Only a person on the ground is critical: other violations still need a review. */
function severityOf(row: Shown): Notice['severity'] {
  if (isDown(row)) return 'critical';
  return row.severity === 'high' ? 'warning' : 'info';
}

function noticeOf(group: Group, to: string[], timeZone: string, nameOf: NameKind): Notice {
  const newest = group.at(-1) ?? group[0];
  const camera = newest.cameraName as Bilingual;
  const rule = nameOf(kindOf(newest));
  const at = formatInstant(newest.startedAt, timeZone);
  return {
    to,
    kind: 'violation.recorded',
    severity: severityOf(newest),
    title: isDown(newest)
      ? { zh: `人员倒地：${camera.zh}`, en: `Person down at ${camera.en}` }
      : { zh: `违章告警：${camera.zh}`, en: `Violation at ${camera.en}` },
    body: {
      zh: `最近一次：${rule.zh}，${at}。请审核。`,
      en: `The latest: ${rule.en}, ${at}. Please review it.`,
    },
    link: noticeLink('violation.recorded', newest.id),
    subject: { entity: 'camera', id: newest.camera },
    times: group.length,
    ...(isDown(newest) ? {} : { sameWithinMinutes: ONE_NOTICE_MINUTES }),
  };
}
