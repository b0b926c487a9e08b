import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { oneselfOf } from '../violations/recusal.ts';
import { showViolation } from '../violations/view.ts';
import { judgedByOthers, MOST_LOOKED_AT, nextOpen, openFor, tables, waits } from './rows.ts';
import {
  findingEvidence,
  type leaseAnswer,
  MOST_COUNTED,
  type SecondReview,
  type SecondReviewDetail,
  type SecondVerdict,
  type secondReviewPage,
  secondReviewQuery,
  type secondVerdictAnswer,
} from './schema.ts';

/** Duration of a lease; the page renews it while the incident is open. */
const LEASE_MS = 600_000;
const statusAfter = { confirm: 'confirmed', dismiss: 'dismissed' } as const;

const columns = { startedAt: 'time', id: 'id' } as const;
const inTable = { startedAt: Prisma.sql`s.started_at`, id: Prisma.sql`s.id` };
/** Sorted by incident time: sorting by draw time would disclose the time of the first verdict. */
const oldestFirst = listOrder('second reviews', 'asc', columns);

interface OpenRow {
  id: string;
  incidentId: string;
  site: string;
  rule: string;
  severity: string;
  camera: string;
  cameraName: unknown;
  startedAt: Date;
  findingsCount: number;
  leaseBy: string | null;
  leaseSince: Date | null;
  leaseUntil: Date | null;
  blind: boolean;
}

/** Columns for a person with these accounts. */
const columnsFor = (
  users: readonly string[],
) => Prisma.sql`s.id, s.incident_id AS "incidentId", s.site, s.rule, i.severity, v.camera,
  v.camera_name AS "cameraName", s.started_at AS "startedAt", i.findings - i.taken_out AS "findingsCount",
  s.lease_by AS "leaseBy", s.lease_since AS "leaseSince", s.lease_until AS "leaseUntil",
  NOT EXISTS (SELECT 1 FROM second_review_seen k WHERE k.tenant_id = s.tenant_id AND k.review_id = s.id
    AND k.user_id = ANY (${users}::text[])) AS blind`;
const mainFinding = Prisma.sql`JOIN violation v ON v.tenant_id = i.tenant_id AND v.id = i.main_id`;

/** Rows scanned beyond a page at first; each further scan doubles, up to the maximum. */
const BESIDE_PAGE = 30;
const MOST_TOGETHER = 4_000;

const isLeased = ({ leaseBy, leaseUntil }: OpenRow, now: Date): boolean =>
  leaseBy !== null && leaseUntil !== null && leaseUntil > now;

function show(row: OpenRow, account: Account): SecondReview {
  const { leaseBy, leaseUntil } = row;
  const until = isLeased(row, new Date()) ? leaseUntil?.toISOString() : undefined;
  const { id, site, rule, severity, camera, cameraName, startedAt, findingsCount, blind } = row;
  const shown = { id, site, rule, severity, camera, cameraName, findingsCount, blind };
  return {
    ...shown,
    startedAt: startedAt.toISOString(),
    lease: until === undefined ? null : { mine: leaseBy === account.id, until },
  } as SecondReview;
}

export type SecondReviews = ReturnType<typeof createSecondReviews>;

/** Second reviews to do, and their verdicts. No answer contains the first verdict. */
export function createSecondReviews({ units }: Pick<Platform, 'units'>) {
  /**
   * A second review that this account may do.
   *
   * @throws Problem `second-review.unknown`, also for one's own verdict, to not disclose that it was drawn;
   *   `second-review.over`.
   */
  async function find(tx: Transaction, account: Account, id: string): Promise<OpenRow> {
    const { users } = await oneselfOf(tx, account);
    const [row] = await sqlIn(tx)<OpenRow & { waits: boolean }>(Prisma.sql`
      SELECT ${columnsFor(users)}, ${waits} AS waits FROM ${tables} ${mainFinding}
      WHERE s.id = ${id} AND ${await judgedByOthers(tx, account)}`);
    if (!row) throw new Problem('second-review.unknown');
    if (!row.waits) throw new Problem('second-review.over');
    return row;
  }

  /** Locks it until the end of the unit. @throws Problem `second-review.taken` where another account has it. */
  async function hold({ tx }: Unit, account: Account, id: string, now: Date): Promise<OpenRow> {
    await tx.$queryRaw`SELECT 1 FROM second_review WHERE id = ${id} FOR UPDATE`;
    const row = await find(tx, account, id);
    if (isLeased(row, now) && row.leaseBy !== account.id) {
      throw new Problem('second-review.taken', undefined, {
        until: row.leaseUntil?.toISOString() ?? null,
      });
    }
    return row;
  }

  /**
   * Up to a page and one more.
   *
   * @param most maximum number of rows to scan.
   */
  async function findPage(
    tx: Transaction,
    account: Account,
    { cursor, limit }: z.infer<typeof secondReviewQuery>,
    most = Number.POSITIVE_INFINITY,
  ): Promise<OpenRow[]> {
    const open = await openFor(tx, account);
    const { users } = await oneselfOf(tx, account);
    const found: OpenRow[] = [];
    let after = oldestFirst.after(cursor);
    let seen = 0;
    const more = (count: number) => Math.min(2 * count, MOST_TOGETHER, most - seen);
    for (let count = limit + BESIDE_PAGE; ; count = more(count)) {
      const next = nextOpen(account, oldestFirst.beyondSql(after, inTable), count);
      const rows = await sqlIn(tx)<OpenRow & { isOpen: boolean }>(Prisma.sql`
        SELECT ${columnsFor(users)}, ${open} AS "isOpen" FROM ${next} ${mainFinding}
        ORDER BY ${oldestFirst.bySql(inTable)}`);
      found.push(...rows.filter(({ isOpen }) => isOpen));
      const last = rows.at(-1);
      seen += rows.length;
      if (found.length > limit || rows.length < count || seen >= most || !last) {
        return found.slice(0, limit + 1);
      }
      after = { startedAt: last.startedAt, id: last.id };
    }
  }

  return {
    list: (
      user: User,
      query: z.infer<typeof secondReviewQuery>,
    ): Promise<z.infer<typeof secondReviewPage>> =>
      units.run(user, async ({ tx }) => {
        const found = await findPage(tx, user.account, query);
        const { rows, next } = oldestFirst.page(found, query.limit);
        return { items: rows.map((row) => show(row, user.account)), next };
      }),

    /** Number of second reviews to do, up to {@link MOST_COUNTED}; scans the {@link MOST_LOOKED_AT} oldest. */
    count: (user: User): Promise<number> =>
      units.run(user, async ({ tx }) => {
        const first = secondReviewQuery.parse({ limit: MOST_COUNTED - 1 });
        return (await findPage(tx, user.account, first, MOST_LOOKED_AT)).length;
      }),

    /** One with its evidence. */
    get: (user: User, id: string): Promise<SecondReviewDetail> =>
      units.run(user, async ({ tx }) => {
        const row = await find(tx, user.account, id);
        const members = await tx.incidentFinding.findMany({
          where: { incidentId: row.incidentId, takenOutAt: null },
          include: { violation: true },
        });
        const findings = members
          .map(({ violation }) => violation)
          .sort((a, b) => +a.startedAt - +b.startedAt || (a.id < b.id ? -1 : 1))
          // Parsed by the schema, which drops all fields of the first verdict.
          .map((one) => findingEvidence.parse(showViolation(one)));
        return { ...show(row, user.account), findings };
      }),

    /** Takes or renews a lease, and releases the account's other lease. */
    lease: (user: User, id: string): Promise<z.infer<typeof leaseAnswer>> =>
      units.run(user, async (unit) => {
        const now = new Date();
        const row = await hold(unit, user.account, id, now);
        const by = user.account.id;
        await unit.tx.secondReview.updateMany({
          where: { leaseBy: by, secondAt: null, cancelledAt: null, id: { not: id } },
          data: { leaseBy: null, leaseSince: null, leaseUntil: null },
        });
        const until = new Date(now.getTime() + LEASE_MS);
        const since = isLeased(row, now) ? row.leaseSince : now;
        await unit.tx.secondReview.updateMany({
          where: { id },
          data: { leaseBy: by, leaseSince: since, leaseUntil: until },
        });
        return { until: until.toISOString() };
      }),

    /** Stores the second verdict. The incident and its verdict do not change. */
    judge: (
      user: User,
      id: string,
      request: SecondVerdict,
    ): Promise<z.infer<typeof secondVerdictAnswer>> =>
      units.run(user, async (unit) => {
        const now = new Date();
        const row = await hold(unit, user.account, id, now);
        const status = statusAfter[request.decision];
        const since = isLeased(row, now) ? row.leaseSince : null;
        await unit.tx.secondReview.updateMany({
          where: { id },
          data: {
            secondStatus: status,
            secondReason: request.decision === 'dismiss' ? request.reason : null,
            secondNote: request.note || null,
            secondBy: user.account.id,
            secondAt: now,
            isBlind: row.blind,
            seconds: since && Math.round((now.getTime() - since.getTime()) / 1000),
            leaseBy: user.account.id,
            leaseUntil: now,
          },
        });
        await unit.audit({
          action: 'judge-second',
          entity: 'second-review',
          id,
          after: { status },
        });
        return { id, status, blind: row.blind };
      }),
  };
}
