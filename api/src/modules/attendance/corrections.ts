import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { accountsOf, holdersWithin } from '../../platform/access/holders.ts';
import { reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { reachSqlIfPermitted } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { versionConflict } from '../../platform/kit/save.ts';
import { allOf, anyOf } from '../../platform/kit/sql.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import { idsOfPerson, idsOfPersonSql } from '../people/merged.ts';
import { DOUBLE_MS } from './derive.ts';
import { holdAttendance, renewDays } from './record.ts';
import type * as schema from './schema.ts';
import type { CorrectionView } from './schema.ts';

/** The maximum age of an event in a correction request, ms. */
const OLDEST_MS = 31 * 86_400_000;
const byNewest = listOrder('requests for clock events', 'desc', { askedAt: 'time', id: 'id' });
const inTable = { askedAt: Prisma.sql`c.asked_at`, id: Prisma.sql`c.id` };

interface Row {
  id: string;
  personId: string;
  name: string;
  employeeNo: string;
  departmentId: string;
  department: Bilingual;
  site: string | null;
  direction: CorrectionView['direction'];
  at: Date;
  reason: string;
  state: CorrectionView['state'];
  askedAt: Date;
  decidedAt: Date | null;
  decidedBy: Bilingual | null;
  note: string | null;
  mayDecide: boolean;
  version: number;
}

const texts = {
  in: { zh: '上班卡', en: 'clocking in' },
  out: { zh: '下班卡', en: 'clocking out' },
} as const;

/** Requests for missing clock events: the person asks, another one decides. */
export function createCorrections({
  units,
  settings,
  notices,
}: Pick<Platform, 'units' | 'settings' | 'notices'>) {
  const { timeZone } = settings;

  const reach = ({ account }: User, permission: 'attendance:read' | 'attendance:decide') =>
    reachSqlIfPermitted(account, permission, {
      site: Prisma.sql`d.site`,
      department: Prisma.sql`p.department_id`,
    });

  // Also by the id of a file that was joined: a request that both files had stays with the old one.
  const isOwn = (user: User) => Prisma.sql`c.person_id IN ${idsOfPersonSql(user.account.person)}`;

  const find = (tx: Transaction, user: User, where: Prisma.Sql, limit: number): Promise<Row[]> =>
    sqlIn(tx)<Row>(Prisma.sql`
      SELECT c.id, c.person_id AS "personId", p.name, p.employee_no AS "employeeNo", p.department_id AS "departmentId",
        d.name AS department, d.site, c.direction, c.at, c.reason, c.state, c.asked_at AS "askedAt",
        c.decided_at AS "decidedAt", c.note, c.version,
        (SELECT CASE WHEN q.id IS NULL THEN u.display_name ELSE jsonb_build_object('zh', q.name, 'en', q.name) END FROM app_user u
          LEFT JOIN person q ON q.id = u.person_id WHERE u.id = c.decided_by) AS "decidedBy",
        coalesce(c.state = 'open' AND NOT coalesce(${isOwn(user)}, FALSE)
          AND c.asked_by <> ${user.account.id} AND ${reach(user, 'attendance:decide')}, FALSE) AS "mayDecide"
      FROM clock_correction c JOIN person p ON p.id = c.person_id JOIN department d ON d.id = p.department_id
      WHERE ${where} ORDER BY ${byNewest.bySql(inTable)} LIMIT ${limit}`);

  async function within(tx: Transaction, user: User, id: string, where: Prisma.Sql): Promise<Row> {
    const [row] = await find(tx, user, Prisma.sql`c.id = ${id} AND ${where}`, 1);
    if (!row) throw new Problem('attendance.correction-unknown');
    return row;
  }

  async function tellAsked(unit: Unit, row: Row): Promise<void> {
    const { departmentId: department, site } = row;
    const holders = await holdersWithin(unit.tx, 'attendance:decide', { department, site });
    const own = await accountsOf(unit.tx, row.personId);
    const to = holders.filter((user) => !own.includes(user));
    if (to.length === 0) return;
    const at = timeMark(row.at);
    const text = texts[row.direction];
    await notices.notify(unit, {
      to,
      kind: 'attendance.asked',
      severity: 'info',
      title: {
        zh: `补卡待审批：${row.name}`,
        en: `A missing clock event to be decided: ${row.name}`,
      },
      body: { zh: `${at} ${text.zh}。`, en: `${at}, ${text.en}.` },
      link: noticeLink('attendance.asked', row.id),
      subject: { entity: 'clock-correction', id: row.id },
      first: true,
    });
  }

  async function tellDecided(unit: Unit, row: Row): Promise<void> {
    const to = await accountsOf(unit.tx, row.personId);
    if (to.length === 0) return;
    const at = timeMark(row.at);
    const text = texts[row.direction];
    const isApproved = row.state === 'approved';
    await notices.notify(unit, {
      to,
      kind: 'attendance.decided',
      severity: isApproved ? 'info' : 'warning',
      title: isApproved
        ? { zh: '补卡已批准', en: 'Your missing clock event was added' }
        : { zh: '补卡被驳回', en: 'Your missing clock event was not added' },
      body: {
        zh: `${at} ${text.zh}。${row.note ?? ''}`,
        en: `${at}, ${text.en}. ${row.note ?? ''}`.trim(),
      },
      link: noticeLink('attendance.decided', row.id),
      subject: { entity: 'clock-correction', id: row.id },
    });
  }

  /** @throws Problem where another request or decision was faster. */
  async function setState(
    unit: Unit,
    row: Row,
    version: number,
    data: { state: string; decidedAt?: Date; decidedBy?: string; note?: string | null },
  ): Promise<void> {
    if (row.version !== version) {
      throw versionConflict('attendance.correction-version-conflict', show(row));
    }
    if (row.state !== 'open') throw new Problem('attendance.decided');
    const { count } = await unit.tx.clockCorrection.updateMany({
      where: { id: row.id, version, state: 'open' },
      data: { ...data, version: version + 1 },
    });
    if (count === 0) throw new Problem('attendance.decided');
  }

  return {
    list: (user: User, query: z.infer<typeof schema.correctionQuery>) =>
      units.run(user, async ({ tx }): Promise<z.infer<typeof schema.correctionPage>> => {
        const where = allOf([
          reach(user, 'attendance:read'),
          ...anyOf(Prisma.sql`c.state`, query.state ? [query.state] : []),
          byNewest.beyondSql(byNewest.after(query.cursor), inTable),
        ]);
        const found = await find(tx, user, where, query.limit + 1);
        const { rows, next } = byNewest.page(found, query.limit);
        return { items: rows.map(show), next };
      }),

    get: (user: User, id: string): Promise<CorrectionView> =>
      units.run(user, async ({ tx }) =>
        show(await within(tx, user, id, reach(user, 'attendance:read'))),
      ),

    /** The last ones of a person, for that person. */
    ofPerson: async (tx: Transaction, user: User, person: string): Promise<CorrectionView[]> =>
      (await find(tx, user, Prisma.sql`c.person_id = ${person}`, 50)).map(show),

    ask: (
      user: User,
      person: string,
      given: z.infer<typeof schema.correctionBody>,
    ): Promise<CorrectionView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { direction, reason } = given;
        const at = new Date(given.at);
        const age = Date.now() - at.getTime();
        await holdAttendance(tx, [person]);
        const near = {
          gt: new Date(at.getTime() - DOUBLE_MS),
          lt: new Date(at.getTime() + DOUBLE_MS),
        };
        const there = await tx.clockEvent.findFirst({
          where: { personId: person, direction, at: near },
        });
        if (age < 0 || age > OLDEST_MS || there) throw new Problem('attendance.when');
        const same = await tx.clockCorrection.findFirst({
          where: { personId: person, direction, at: near, state: 'open' },
        });
        if (same) throw new Problem('attendance.asked-already');
        const id = newId();
        await tx.clockCorrection.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              personId: person,
              direction,
              at,
              reason,
              askedBy: user.account.id,
            },
          ],
        });
        const row = await within(tx, user, id, isOwn(user));
        const after = { direction, at: row.at.toISOString() };
        await unit.audit({ action: 'clock-ask', entity: 'clock-correction', id, person, after });
        await tellAsked(unit, row);
        return show(row);
      }),

    withdraw: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const row = await within(unit.tx, user, id, isOwn(user));
        await setState(unit, row, row.version, { state: 'withdrawn' });
        const person = row.personId;
        await unit.audit({ action: 'clock-withdraw', entity: 'clock-correction', id, person });
      }),

    /** @throws Problem `attendance.own` for the person's own request, whatever rights they have. */
    decide: (
      user: User,
      id: string,
      { version, approve, note }: z.infer<typeof schema.decideBody>,
    ): Promise<CorrectionView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        // Who lacks the right never reads whether it exists.
        reachOf(user.account, 'attendance:decide');
        const own = user.account.person ? await idsOfPerson(tx, user.account.person) : [];
        const mine = await tx.clockCorrection.findFirst({
          where: { id, OR: [{ personId: { in: own } }, { askedBy: user.account.id }] },
        });
        if (mine) throw new Problem('attendance.own');
        const row = await within(tx, user, id, reach(user, 'attendance:decide'));
        const person = row.personId;
        await holdAttendance(tx, [person]);
        await setState(unit, row, version, {
          state: approve ? 'approved' : 'refused',
          decidedAt: new Date(),
          decidedBy: user.account.id,
          note,
        });
        if (approve) {
          await tx.clockEvent.createMany({
            data: [
              {
                tenantId: user.tenant,
                id: newId(),
                personId: person,
                site: row.site ?? '',
                direction: row.direction,
                source: 'correction',
                at: row.at,
                evidence: { reason: row.reason },
                groupId: id,
                createdBy: user.account.id,
              },
            ],
          });
          await renewDays(tx, user.tenant, timeZone, person, [row.at]);
        }
        await unit.audit({
          action: approve ? 'clock-approve' : 'clock-refuse',
          entity: 'clock-correction',
          id,
          person,
          after: { direction: row.direction, at: row.at.toISOString() },
          reason: note,
        });
        const now = await within(tx, user, id, reach(user, 'attendance:decide'));
        await tellDecided(unit, now);
        return show(now);
      }),
  };
}

const show = (row: Row): CorrectionView => ({
  id: row.id,
  person: {
    id: row.personId,
    name: row.name,
    employeeNo: row.employeeNo,
    department: { id: row.departmentId, name: row.department },
  },
  direction: row.direction,
  at: row.at.toISOString(),
  reason: row.reason,
  state: row.state,
  askedAt: row.askedAt.toISOString(),
  decidedAt: row.decidedAt?.toISOString() ?? null,
  decidedBy: row.decidedBy,
  note: row.note,
  mayDecide: row.mayDecide,
  version: row.version,
});
