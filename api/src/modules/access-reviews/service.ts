import { ulid } from 'ulid';
import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import { type Caller, systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import { conflictsOf } from '../../platform/access/separation-of-duties.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { lockRights } from '../users/repository.ts';
import { keepOneManager } from '../users/rules.ts';
import type { Decisions, Review, ReviewCase } from './schema.ts';

type User = Caller & { account: Account };
export type AccessReviews = ReturnType<typeof createAccessReviews>;

const DAY_MS = 86_400_000;
/** Reminders start this long before the end, at this interval. */
const REMIND_BEFORE_DAYS = 7;

/**
 * Periodic access reviews (SEC-24): each role of each user is kept or removed, by a reviewer other
 * than its holder; removals take effect at once.
 */
export function createAccessReviews(options: {
  units: Units;
  events: AccountEvents;
  notices: Notices;
}) {
  const { units, events, notices } = options;

  async function openOne(unit: Unit, dueInDays: number): Promise<string> {
    const { tx, caller } = unit;
    await lockRights(tx, caller.tenant);
    if (await tx.accessReview.findFirst({ where: { closedAt: null } })) {
      throw new Problem('review.open');
    }
    const id = ulid();
    const tenantId = caller.tenant;
    const dueAt = new Date(Date.now() + dueInDays * DAY_MS);
    await tx.accessReview.create({
      data: { tenantId, id, dueAt, openedBy: caller.account?.id ?? null },
    });
    const held = await tx.userRole.findMany({
      where: { user: { active: true } },
      include: {
        role: true,
        user: {
          include: { sessions: { orderBy: { createdAt: 'desc' }, take: 1 } },
        },
      },
    });
    await tx.accessReviewCase.createMany({
      data: held.map(({ userId, roleId, role, user }) => ({
        tenantId,
        reviewId: id,
        userId,
        roleId,
        username: user.username,
        grants: role.permissions,
        lastSignIn: user.sessions[0]?.createdAt ?? null,
      })),
    });
    // Without cases it is closed at once.
    if (held.length === 0) {
      await tx.accessReview.updateMany({ where: { id }, data: { closedAt: new Date() } });
    }
    await unit.audit({
      action: 'create',
      entity: 'access-review',
      id,
      after: { cases: held.length, dueAt: dueAt.toISOString() },
    });
    await tell(unit, id, 'opened', dueAt);
    return id;
  }

  async function tell(unit: Unit, id: string, what: 'opened' | 'due', dueAt: Date): Promise<void> {
    const to = await holdersOf(unit.tx, 'access-review:manage', 'all');
    const at = timeMark(dueAt);
    const late = dueAt.getTime() < Date.now();
    await notices.notify(unit, {
      to,
      kind: 'access.review',
      severity: late ? 'critical' : 'warning',
      title:
        what === 'opened'
          ? { zh: '权限复核已开始', en: 'A review of rights has begun' }
          : late
            ? { zh: '权限复核已超期', en: 'A review of rights is overdue' }
            : { zh: '权限复核将到期', en: 'A review of rights is due soon' },
      body: {
        zh: `请在 ${at} 前逐项确认每个账号的角色。`,
        en: `Decide on each role of each account by ${at}.`,
      },
      link: noticeLink('access.review', id),
      subject: { entity: 'access-review', id },
    });
  }

  async function read(unit: Unit, id: string) {
    const row = await unit.tx.accessReview.findFirst({
      where: { id },
      include: { cases: { orderBy: [{ username: 'asc' }, { roleId: 'asc' }] } },
    });
    if (!row) throw new Problem('review.unknown');
    return row;
  }

  async function decide(unit: Unit, by: Account, reviewId: string, one: Decisions[number]) {
    const { tx } = unit;
    const { userId, roleId, decision, reason = null } = one;
    if (userId === by.id) throw new Problem('review.self');
    const found = await tx.accessReviewCase.findFirst({ where: { reviewId, userId, roleId } });
    if (!found) {
      throw new Problem('review.unknown', `The review has no role ${roleId} of this user.`);
    }
    const held = await tx.userRole.count({ where: { userId, roleId } });
    if (decision === 'keep' && held === 0) {
      throw new Problem('review.role-gone', `${found.username} does not have ${roleId} any more.`);
    }
    await tx.accessReviewCase.updateMany({
      where: { reviewId, userId, roleId },
      data: { decision, decidedBy: by.id, decidedAt: new Date(), reason },
    });
    if (decision === 'remove' && held > 0) {
      await tx.userRole.deleteMany({ where: { userId, roleId } });
      // The version is incremented, so that a concurrent change by another administrator cannot
      // restore the role.
      await tx.appUser.updateMany({
        where: { id: userId },
        data: { version: { increment: 1 } },
      });
      unit.afterCommit(() => events.publish({ tenant: unit.caller.tenant, user: userId }));
    }
    await unit.audit({
      // The role was removed before the review, with its own audit line; nothing is removed here.
      action: decision === 'keep' ? 'confirm-role' : held > 0 ? 'take-role' : 'confirm-role-gone',
      entity: 'user',
      id: userId,
      before: { role: roleId, decision: found.decision },
      after: { decision, review: reviewId },
      reason,
    });
  }

  return {
    list: (user: User): Promise<Review[]> =>
      units.run(user, async ({ tx }) => {
        const found = await tx.accessReview.findMany({
          include: { cases: { select: { decision: true } } },
          orderBy: { id: 'desc' },
          take: 100,
        });
        return found.map(show);
      }),

    /** The report: every role of every user, with decision, reviewer and reason. */
    get: (user: User, id: string): Promise<Review & { cases: ReviewCase[] }> =>
      units.run(user, async (unit) => showDetail(await read(unit, id))),

    open: (user: User, dueInDays: number): Promise<Review & { cases: ReviewCase[] }> =>
      units.run(user, async (unit) => showDetail(await read(unit, await openOne(unit, dueInDays)))),

    /**
     * Keeps or removes roles, all of the list or none. The review closes with its last case.
     *
     * @throws Problem `review.self` for a case of the reviewer, `review.role-gone` where a role to
     *   be kept no longer exists, `role.last-manager` for the last account that manages roles.
     */
    decide(user: User, id: string, decisions: Decisions) {
      return units.run(user, async (unit) => {
        await lockRights(unit.tx, user.tenant);
        const review = await read(unit, id);
        if (review.closedAt) throw new Problem('review.closed');
        await keepOneManager(unit, async () => {
          for (const one of decisions) await decide(unit, user.account, id, one);
        });
        const open = await unit.tx.accessReviewCase.count({
          where: { reviewId: id, decision: null },
        });
        if (open === 0) {
          await unit.tx.accessReview.updateMany({ where: { id }, data: { closedAt: new Date() } });
          await unit.audit({ action: 'close', entity: 'access-review', id });
          await unit.emit({ entity: 'access-review', what: 'closed', subject: id, data: { id } });
        }
        return showDetail(await read(unit, id));
      });
    },

    /** By schedule, twice a year. An open review continues. */
    async openByCalendar(tenant: string, dueInDays = 30): Promise<string | null> {
      try {
        return await units.run(systemCaller(tenant), (unit) => openOne(unit, dueInDays));
      } catch (error) {
        if (error instanceof Problem && error.code === 'review.open') return null;
        throw error;
      }
    },

    /** Daily: reminds the reviewers of reviews due within a week, or overdue. */
    remind: (tenant: string, now = new Date()): Promise<number> =>
      units.run(systemCaller(tenant), async (unit) => {
        const due = await unit.tx.accessReview.findMany({
          where: {
            closedAt: null,
            dueAt: { lte: new Date(now.getTime() + REMIND_BEFORE_DAYS * DAY_MS) },
            OR: [
              { remindedAt: null },
              { remindedAt: { lte: new Date(now.getTime() - DAY_MS / 2) } },
            ],
          },
        });
        for (const { id, dueAt } of due) {
          await tell(unit, id, 'due', dueAt);
          await unit.tx.accessReview.updateMany({ where: { id }, data: { remindedAt: now } });
        }
        return due.length;
      }),
  };
}

interface Row {
  id: string;
  openedAt: Date;
  openedBy: string | null;
  dueAt: Date;
  closedAt: Date | null;
  cases: { decision: string | null }[];
}

function show({ id, openedAt, openedBy, dueAt, closedAt, cases }: Row): Review {
  const count = (decision: string | null) =>
    cases.filter((one) => one.decision === decision).length;
  return {
    id,
    openedBy,
    openedAt: openedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    overdue: closedAt === null && dueAt.getTime() < Date.now(),
    counts: {
      all: cases.length,
      open: count(null),
      kept: count('keep'),
      removed: count('remove'),
    },
  };
}

type CaseRow = Omit<ReviewCase, 'conflicts' | 'lastSignIn' | 'decidedAt' | 'decision'> & {
  decision: string | null;
  lastSignIn: Date | null;
  decidedAt: Date | null;
};

function showDetail(
  row: Omit<Row, 'cases'> & { cases: CaseRow[] },
): Review & { cases: ReviewCase[] } {
  const held = new Map<string, string[]>();
  for (const { userId, grants } of row.cases) {
    held.set(userId, [...(held.get(userId) ?? []), ...grants]);
  }
  return {
    ...show(row),
    cases: row.cases.map((one) => ({
      userId: one.userId,
      username: one.username,
      roleId: one.roleId,
      grants: one.grants,
      conflicts: conflictsOf(held.get(one.userId) ?? []).map(({ id }) => id),
      lastSignIn: one.lastSignIn?.toISOString() ?? null,
      decision: one.decision as ReviewCase['decision'],
      decidedBy: one.decidedBy,
      decidedAt: one.decidedAt?.toISOString() ?? null,
      reason: one.reason,
    })),
  };
}
