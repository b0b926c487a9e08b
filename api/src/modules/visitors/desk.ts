import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { ModuleServices, Platform } from '../../platform/module.ts';
import { findPerson, type PersonRow } from '../people/repository.ts';
import type { Inductions } from './inductions.ts';
import type { Pool } from './pool.ts';
import { showVisit, type VisitRow, visitAtDesk, visitWithin } from './rows.ts';
import type { ArrivalInput, VisitView } from './schema.ts';
import type { VisitTell } from './tell.ts';
import { dayAt } from './times.ts';
import type { WatchCheck } from './watch-check.ts';

type Parts = Pick<Platform, 'units' | 'settings'> & {
  moves: ModuleServices['peopleMoves'];
  badges: ModuleServices['peopleBadges'];
  inductions: Inductions;
  pool: Pool;
  tell: VisitTell;
  watch: WatchCheck;
};

/** What the reception does: arrival, leaving, badges that come back later, and visitors who did not come. */
export function createDesk(parts: Parts) {
  const { units, settings, moves, badges, inductions, pool, tell, watch } = parts;
  const today = () => dayAt(new Date(), settings.timeZone);

  /** The visit at the desk, held against others who enter something of it at the same time. */
  async function held(tx: Transaction, user: User, id: string): Promise<VisitRow> {
    await tx.$queryRaw`SELECT id FROM visit WHERE id = ${id} FOR UPDATE`;
    return visitAtDesk(tx, user.account, id, today());
  }
  const show = async (tx: Transaction, user: User, id: string): Promise<VisitView> =>
    showVisit(await visitWithin(tx, user.account, id, today()), user.account);

  async function note(
    unit: Unit,
    row: VisitRow,
    action: 'arrive' | 'leave-site' | 'cancel-visit' | 'not-come' | 'return-badge',
    what: string,
    after: object,
  ): Promise<void> {
    const { id, personId: person } = row;
    await unit.audit({
      action,
      entity: 'visit',
      id,
      person,
      after: after as Record<string, unknown>,
    });
    await unit.emit({ entity: 'visit', what, subject: id, data: { visit: id, person } });
  }

  /** A visitor who is off the site, has no badge and no other visit is no person of the plant any more. */
  async function release(unit: Unit, personId: string): Promise<void> {
    const { tx } = unit;
    const row = await findPerson(tx, personId);
    if (row?.kind !== 'visitor' || row.status !== 'active') return;
    const open = { personId, state: { in: ['announced', 'arrived'] } };
    if ((await tx.visit.count({ where: open })) > 0) return;
    if ((await tx.badge.count({ where: { personId, until: null } })) > 0) return;
    await moves.leave(unit, row, today());
  }

  /** The person, back among those of the plant. */
  async function admit(unit: Unit, row: VisitRow): Promise<PersonRow> {
    const { tx } = unit;
    const person = (await findPerson(tx, row.personId)) as PersonRow;
    if (person.status === 'active') return person;
    if (person.kind !== 'visitor') throw new Problem('visit.person');
    await moves.comeBack(unit, person, {
      departmentId: row.departmentId,
      post: null,
      on: today(),
    });
    return (await findPerson(tx, row.personId)) as PersonRow;
  }

  async function close(
    user: User,
    id: string,
    to: { state: 'cancelled' | 'not-come'; note: string | null },
    find: (tx: Transaction) => Promise<VisitRow>,
  ): Promise<VisitView> {
    return units.run(user, async (unit) => {
      const { tx } = unit;
      await tx.$queryRaw`SELECT id FROM visit WHERE id = ${id} FOR UPDATE`;
      const row = await find(tx);
      if (row.state !== 'announced') throw new Problem('visit.state');
      const data = { state: to.state, note: to.note, version: { increment: 1 } };
      await tx.visit.updateMany({ where: { id }, data });
      const action = to.state === 'cancelled' ? 'cancel-visit' : 'not-come';
      await note(unit, row, action, to.state, { note: to.note });
      await release(unit, row.personId);
      return show(tx, user, id);
    });
  }

  return {
    /**
     * Lets a visitor in: the watch list finds nothing that is not decided, the induction counts, a badge may be lent.
     *
     * @throws Problem `visit.unknown`, `visit.state`, `visit.blocked`, `visit.times`, `visit.on-site`, `visit.badge`,
     *   `badge.taken`, and those of {@link Inductions.require}.
     */
    async arrive(user: User, id: string, given: ArrivalInput): Promise<VisitView> {
      // What the list finds is kept also where the visitor is not let in.
      await units.run(user, async (unit) => {
        const row = await held(unit.tx, user, id);
        if (row.state === 'announced') await watch.check(unit, row);
      });
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await held(tx, user, id);
        if (row.state !== 'announced') throw new Problem('visit.state');
        const state = await watch.check(unit, row);
        if (state === 'blocked' || state === 'refused') throw new Problem('visit.blocked');
        if (row.toAt <= new Date()) throw new Problem('visit.times');
        const other = { personId: row.personId, state: 'arrived' };
        if ((await tx.visit.count({ where: other })) > 0) throw new Problem('visit.on-site');
        const person = await admit(unit, row);
        const last = person.validUntil?.toISOString().slice(0, 10) ?? null;
        if (last !== null && last < today()) throw new Problem('visit.person');
        await inductions.require(unit, { id: person.id, name: person.name }, given.induction);
        const lent = given.badge === null ? null : await lend(unit, row, given.badge);
        await tx.visit.updateMany({
          where: { id },
          data: {
            state: 'arrived',
            arrivedAt: new Date(),
            badgeId: lent,
            version: { increment: 1 },
          },
        });
        await note(unit, row, 'arrive', 'arrived', { badge: given.badge });
        await tell.arrived(unit, { ...row, person });
        return show(tx, user, id);
      });
    },

    /**
     * Ends the visit and with it the right of the visitor, at once. A badge that is not returned stays bound and is due.
     *
     * @throws Problem `visit.unknown`, `visit.state` where they are not on site.
     */
    leave: (user: User, id: string, badgeReturned: boolean): Promise<VisitView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await held(tx, user, id);
        if (row.state !== 'arrived') throw new Problem('visit.state');
        const leftAt = new Date(Math.max(Date.now(), row.arrivedAt?.getTime() ?? 0));
        const data = { state: 'left', leftAt, version: { increment: 1 } };
        await tx.visit.updateMany({ where: { id }, data });
        if (row.badgeId && row.badgeUntil === null) {
          if (badgeReturned) await badges.endWithin(unit, row.badgeId);
          else await badges.dueWithin(unit, row.badgeId, today());
        }
        await note(unit, row, 'leave-site', 'left', { badgeReturned });
        await release(unit, row.personId);
        return show(tx, user, id);
      }),

    /** A badge that comes back after the visit. @throws Problem `visit.unknown`, `visit.state`. */
    returnBadge: (user: User, id: string): Promise<VisitView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await held(tx, user, id);
        if (row.badgeId === null || row.badgeUntil !== null) throw new Problem('visit.state');
        await badges.endWithin(unit, row.badgeId);
        await note(unit, row, 'return-badge', 'badge-returned', { badge: row.badge });
        await release(unit, row.personId);
        return show(tx, user, id);
      }),

    notCome: (user: User, id: string): Promise<VisitView> =>
      close(user, id, { state: 'not-come', note: null }, (tx) =>
        visitAtDesk(tx, user.account, id, today()),
      ),

    /** By the reception, the host, or who announced it. */
    cancel: (user: User, id: string, why: string | null): Promise<VisitView> =>
      close(user, id, { state: 'cancelled', note: why }, async (tx) => {
        const row = await visitWithin(tx, user.account, id, today());
        if (!row.mayReceive && !row.isOwn) throw new Problem('visit.unknown');
        return row;
      }),

    /** Frees the person of a visit that ended by itself. */
    release,
  };

  async function lend(unit: Unit, row: VisitRow, badge: string): Promise<string> {
    await pool.requireOf(unit.tx, badge);
    const lastDay = dayAt(row.toAt, settings.timeZone);
    return badges.lendWithin(unit, row.personId, badge, lastDay);
  }
}
export type Desk = ReturnType<typeof createDesk>;
