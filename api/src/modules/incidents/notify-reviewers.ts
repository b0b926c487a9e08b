import type { Bilingual } from '@anshi/contracts';
import type { Logger } from 'pino';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { type Holder, holdersOf, readHolders, within } from '../../platform/access/holders.ts';
import { type Database, sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Features } from '../../platform/features/state.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notice, Notices } from '../../platform/notices/types.ts';
import { createOutboxFeed } from '../../platform/outbox/events.ts';
import { kindNames, kindOf, type NameKind } from '../violations/kind.ts';
import type { UnqualifiedOperator } from '../violations/operator-schema.ts';
import {
  isToTell,
  type NoticeSeverity,
  noticeSeverities,
  noticeSeverity,
  TOLD_NOBODY,
} from './told.ts';

/** A camera that sees incidents all day makes one notice an hour, with their number. */
const ONE_NOTICE_MINUTES = 60;
const DAY_MS = 86_400_000;
const EVERY_MS = 1_000;
const BATCH = 500;

/**
 * Notifies those who review incidents, from the outbox: what is recorded notifies also where a process
 * dies in between. Not a consumer, which has a unit of work for each event: a burst of incidents makes
 * one look here and slows down no ingest. An incident notifies once, and again where it became more
 * severe; no notice is sent for one that was reviewed meanwhile. Where no account may review it, the holders of
 * `role:manage` are told, and the reviewers with a later incident, once there are some.
 */
export function startReviewNotices(options: {
  database: Database;
  units: Units;
  notices: Notices;
  features: Pick<Features, 'check'>;
  tenant: string;
  log: Logger;
}): Loop {
  const { database, units, notices, features, tenant, log } = options;
  let open: Unit | null = null;
  const feed = createOutboxFeed({
    database,
    tenant,
    // The name is older than incidents: the purge of events waits for it.
    name: 'violation-notices',
    batch: BATCH,
    types: ['cn.anshi.incident.opened.v1', 'cn.anshi.incident.updated.v1'],
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
      const named = events.flatMap(({ subject }) => subject ?? []);
      const due = await findDue(tx, [...new Set([...named, ...(await findUntold(tx))])]);
      if (due.length === 0) return events.length;
      const reviewers = await readHolders(tx, 'violation:review');
      const nameOf = await kindNames(tx);
      const nobody: Due[] = [];
      const told: Due[] = [];
      for (const group of groupsOf(due)) {
        const to = reviewersOf(reviewers, group[0]);
        (to.length === 0 ? nobody : told).push(...group);
        if (to.length > 0) await notices.notify(unit, noticeOf(group, to, nameOf));
      }
      await noteTold(tx, told, nobody);
      if (nobody.length > 0) await askForReviewers(unit, nobody);
      return events.length;
    },
  });
  async function askForReviewers(unit: Unit, due: readonly Due[]): Promise<void> {
    const to = await holdersOf(unit.tx, 'role:manage');
    for (const { camera, cameraName } of new Map(due.map((one) => [one.camera, one])).values()) {
      await notices.notify(unit, {
        to,
        kind: 'violation.unreviewable',
        severity: 'warning',
        title: {
          zh: `违章无人可复核：${cameraName.zh}`,
          en: `No account may review violations at ${cameraName.en}`,
        },
        body: {
          zh: '有违章待复核，但没有账号有权复核。请为某个角色授予该处的复核权限。',
          en: 'A violation waits there, and no account may review it. Give a role the review of its place.',
        },
        link: noticeLink('violation.unreviewable', camera),
        subject: { entity: 'camera', id: camera },
        onceSince: new Date(Date.now() - DAY_MS),
      });
    }
  }
  return startLoop({
    name: 'notices of incidents',
    log,
    everyMs: EVERY_MS,
    pass: async () => (await feed.pass())?.more === true,
  });
}

/** An incident to tell of. */
interface Due {
  id: string;
  severity: NoticeSeverity;
  camera: string;
  /** Of the camera, or of the machine where no camera found it. */
  cameraName: Bilingual;
  /** What notices are counted by. */
  subject: { entity: 'camera' | 'equipment'; id: string };
  rule: string;
  item: string | null;
  startedAt: Date;
  site: string;
  /** Of the areas that it touches. */
  departments: string[];
}
type Group = [Due, ...Due[]];

/** Those that wait while no account may review them. */
async function findUntold(tx: Transaction): Promise<string[]> {
  // The words of the index, so that it is used.
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT id FROM incident WHERE told = 'nobody' AND undecided > 0 AND merged_into IS NULL
    ORDER BY id LIMIT ${BATCH}`);
  return rows.map(({ id }) => id);
}

/** Notes what was told, and what no account may review. */
async function noteTold(
  tx: Transaction,
  told: readonly Due[],
  nobody: readonly Due[],
): Promise<void> {
  for (const severity of noticeSeverities) {
    const now = told.filter((one) => one.severity === severity).map(({ id }) => id);
    if (now.length === 0) continue;
    await tx.incident.updateMany({ where: { id: { in: now } }, data: { told: severity } });
  }
  if (nobody.length === 0) return;
  await tx.incident.updateMany({
    where: { id: { in: nobody.map(({ id }) => id) }, told: null },
    data: { told: TOLD_NOBODY },
  });
}

/**
 * The incidents that wait for a verdict and are more severe than their last notice, or have had none.
 * In the order in which notices are locked.
 */
async function findDue(tx: Transaction, ids: readonly string[]): Promise<Due[]> {
  const rows = await tx.incident.findMany({
    where: { id: { in: [...ids] }, mergedInto: null, undecided: { gt: 0 } },
    orderBy: { id: 'asc' },
  });
  const quiet = await withoutSnoozed(tx, rows);
  const told = rows.flatMap((row) => {
    const loud = quiet.get(row.id) ?? row;
    // All of its findings are snoozed: no notice.
    if (loud.rules.length === 0) return [];
    const severity = noticeSeverity(loud);
    return isToTell(severity, row.told) ? [{ row, severity }] : [];
  });
  const mains = await tx.violation.findMany({
    where: { id: { in: told.map(({ row }) => row.mainId) } },
    select: {
      id: true,
      camera: true,
      cameraName: true,
      operator: true,
      rule: true,
      item: true,
      startedAt: true,
    },
  });
  const areas = await tx.area.findMany({
    where: { id: { in: told.flatMap(({ row }) => row.areas) } },
    select: { id: true, departmentId: true },
  });
  const departmentsOf = (ids: readonly string[]) => {
    const found = areas.filter(({ id }) => ids.includes(id));
    return [...new Set(found.flatMap(({ departmentId }) => departmentId ?? []))].sort();
  };
  return told
    .flatMap(({ row, severity }) => {
      const main = mains.find(({ id }) => id === row.mainId);
      if (!main) return [];
      const { site } = row;
      const departments = departmentsOf(row.areas);
      const { operator: found, ...finding } = main;
      const operator = found as UnqualifiedOperator | null;
      const cameraName = operator?.machineName ?? (main.cameraName as Bilingual);
      const subject = operator
        ? ({ entity: 'equipment', id: operator.machine } as const)
        : ({ entity: 'camera', id: main.camera } as const);
      return [{ ...finding, id: row.id, severity, cameraName, subject, site, departments }];
    })
    .sort((a, b) => order(a.camera, b.camera) || +a.startedAt - +b.startedAt || order(a.id, b.id));
}

/** Rules and severity of the findings that no snooze keeps quiet, of incidents that have such. */
async function withoutSnoozed(
  tx: Transaction,
  rows: readonly { id: string }[],
): Promise<Map<string, { rules: string[]; severity: string }>> {
  const findings = await tx.incidentFinding.findMany({
    where: { incidentId: { in: rows.map(({ id }) => id) } },
    select: {
      incidentId: true,
      takenOutAt: true,
      violation: { select: { rule: true, severity: true, snooze: true } },
    },
  });
  const rested = new Set(
    findings.filter(({ violation }) => violation.snooze !== null).map((one) => one.incidentId),
  );
  return new Map(
    [...rested].map((id) => {
      const loud = findings
        .filter((one) => one.incidentId === id && one.takenOutAt === null)
        .map(({ violation }) => violation)
        .filter(({ snooze }) => snooze === null);
      const severity = loud.some((one) => one.severity === 'high') ? 'high' : 'medium';
      return [id, { rules: loud.map(({ rule }) => rule), severity }];
    }),
  );
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Incidents that are one notice. */
function groupsOf(rows: readonly Due[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = [row.subject.id, row.severity, ...row.departments].join(' ');
    const known = groups.get(key);
    if (known) known.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** Those who may review it: of its site or of a department that it touches, and who review all. */
function reviewersOf(
  holders: readonly Holder[],
  { site, departments }: Pick<Due, 'site' | 'departments'>,
): string[] {
  const places = departments.length === 0 ? [null] : departments;
  const found = places.flatMap((department) =>
    within(holders, 'violation:review', { site, department }),
  );
  return [...new Set(found)].sort();
}

function noticeOf(group: Group, to: string[], nameOf: NameKind): Notice {
  const newest = group.at(-1) ?? group[0];
  const { cameraName: camera, severity } = newest;
  const rule = nameOf(kindOf(newest));
  const at = timeMark(newest.startedAt);
  const isDown = severity === 'critical';
  return {
    to,
    kind: 'violation.recorded',
    severity,
    title: isDown
      ? { zh: `人员倒地：${camera.zh}`, en: `Person down at ${camera.en}` }
      : { zh: `违章告警：${camera.zh}`, en: `Violation at ${camera.en}` },
    body: {
      zh: `最近一次：${rule.zh}，${at}。请审核。`,
      en: `The latest: ${rule.en}, ${at}. Please review it.`,
    },
    link: noticeLink('violation.recorded', newest.id),
    subject: newest.subject,
    times: group.length,
    // Reviewers of one place may not open the acts of another.
    sameRecipients: true,
    ...(isDown ? {} : { sameWithinMinutes: ONE_NOTICE_MINUTES }),
  };
}
