import { ulid } from 'ulid';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import type { BadgeSettlement } from './schema.ts';
import { personWithin } from './service.ts';

/** The kind of obligation of lent badges. */
export const BADGE_RETURN = 'badge-return' as const;

type User = Caller & { account: Account };

/** Badge assignments. A position belongs to the wearer of the badge at that moment. */
export function createBadges({
  units,
  obligations,
}: {
  units: Units;
  obligations: Pick<Obligations, 'refresh'>;
}) {
  return {
    /** @param dueBack the day on which a lent badge is due back; null where it is kept. */
    bind: (user: User, person: string, badge: string, dueBack: string | null) =>
      units.run(user, (unit) => bindWithin(unit, user, person, badge, dueBack)),

    /** The same within a unit of work. */
    bindWithin,

    release: (user: User, person: string, id: string): Promise<void> =>
      units.run(user, (unit) => releaseWithin(unit, user, person, id)),

    /** The same within a unit of work. @throws Problem `badge.unknown` where it was given back. */
    releaseWithin,

    /**
     * Ends what is due of a badge whose wearer left: it was returned, locked, or will not come back.
     *
     * @throws Problem `badge.unknown` where nothing is due of it.
     */
    settle: (user: User, person: string, id: string, { as, note }: BadgeSettlement) =>
      units.run(user, async (unit) => {
        await personWithin(unit.tx, user.account, 'person:manage', person);
        const row = await unit.tx.badge.findFirst({ where: { id, personId: person, ...owed } });
        if (!row) throw new Problem('badge.unknown');
        await settleBadge(unit, row, as, note);
        await obligations.refresh(unit, BADGE_RETURN, [id]);
      }),

    /** For modules that checked the right themselves. */
    lending: {
      /** @returns the id of the binding. @throws Problem `badge.taken`, `badge.on-vehicle`. */
      async lendWithin(unit: Unit, person: string, badge: string, dueBack: string) {
        const worn = await unit.tx.badge.findFirst({ where: { badge, until: null } });
        if (worn) throw new Problem('badge.taken');
        return (await bindTo(unit, person, badge, dueBack)).id;
      },
      /** Ends a binding that is open. */
      async endWithin(unit: Unit, id: string): Promise<void> {
        const found = await unit.tx.badge.findFirst({ where: { id, until: null } });
        if (!found) return;
        await endBinding(unit, found);
        await obligations.refresh(unit, BADGE_RETURN, [id]);
      },
      /** Sets the day on which an open binding is due back. */
      async dueWithin(unit: Unit, id: string, dueBack: string): Promise<void> {
        const data = { dueBack: dayDate(dueBack) };
        await unit.tx.badge.updateMany({ where: { id, until: null }, data });
        await obligations.refresh(unit, BADGE_RETURN, [id]);
      },
    },
  };

  async function bindWithin(
    unit: Unit,
    user: User,
    person: string,
    badge: string,
    dueBack: string | null,
  ) {
    const row = await personWithin(unit.tx, user.account, 'person:manage', person);
    if (row.status === 'left') throw new Problem('person.left');
    return bindTo(unit, person, badge, dueBack);
  }

  /** The caller checks the right, and that the person is active. */
  async function bindTo(unit: Unit, person: string, badge: string, dueBack: string | null) {
    const { tenant } = unit.caller;
    // Of two who give the same badge at once the second one sees the first.
    await unit.tx
      .$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`badge ${tenant} ${badge}`}, 0))::text`;
    const worn = await unit.tx.badge.findFirst({ where: { badge, until: null } });
    if (worn && worn.personId !== person) throw new Problem('badge.taken');
    const onVehicle = { where: { tag: badge, until: null }, select: { id: true } };
    if (await unit.tx.vehicleTag.findFirst(onVehicle)) throw new Problem('badge.on-vehicle');
    if (worn) {
      // Bound already: only the day on which it is due back can be another one.
      const before = dayText(worn.dueBack);
      if (before !== dueBack) {
        await unit.tx.badge.updateMany({
          where: { id: worn.id },
          data: { dueBack: dayDate(dueBack) },
        });
        await unit.audit({
          entity: 'person',
          id: person,
          person,
          action: 'badge-bind',
          before: { badge, dueBack: before },
          after: { badge, dueBack },
        });
        await obligations.refresh(unit, BADGE_RETURN, [worn.id]);
      }
      return { id: worn.id, badge, since: worn.since.toISOString(), dueBack };
    }
    await settleOlder(unit, badge);
    const id = ulid();
    const since = await beginOf(unit, badge);
    await unit.tx.badge.create({
      data: {
        tenantId: tenant,
        id,
        badge,
        personId: person,
        since,
        dueBack: dayDate(dueBack),
      },
    });
    const line = { entity: 'person', id: person, person } as const;
    await unit.audit({ ...line, action: 'badge-bind', after: { badge, dueBack } });
    await unit.emit({
      entity: 'person',
      what: 'badge-bound',
      subject: person,
      data: { person, badge },
    });
    if (dueBack !== null) await obligations.refresh(unit, BADGE_RETURN, [id]);
    return { id, badge, since: since.toISOString(), dueBack };
  }

  /** Now, or the end of the last binding where the clock of another process is ahead: bindings of a badge do not overlap. */
  async function beginOf(unit: Unit, badge: string): Promise<Date> {
    const now = new Date();
    const last = await unit.tx.badge.findFirst({
      where: { badge, until: { gt: now } },
      orderBy: { until: 'desc' },
    });
    return last?.until ?? now;
  }

  /** A badge that is given out again has come back from one who left with it. */
  async function settleOlder(unit: Unit, badge: string): Promise<void> {
    const rows = await unit.tx.badge.findMany({ where: { badge, ...owed } });
    for (const row of rows) await settleBadge(unit, row, 'returned');
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await obligations.refresh(unit, BADGE_RETURN, ids);
  }

  async function releaseWithin(unit: Unit, user: User, person: string, id: string): Promise<void> {
    await personWithin(unit.tx, user.account, 'person:manage', person);
    const where = { id, personId: person, OR: [{ until: null }, owed] };
    const found = await unit.tx.badge.findFirst({ where });
    if (!found) throw new Problem('badge.unknown');
    await takeBack(unit, found);
    await obligations.refresh(unit, BADGE_RETURN, [id]);
  }
}

/** A badge that its wearer left with, and of which nothing was settled. */
const owed = { owedSince: { not: null }, settledAt: null } as const;

/**
 * Ends the bindings of one who leaves. Whether the badges are back is not known: they stay due, at the latest on the
 * last day of work, until each is returned, locked or written off.
 */
export const createOweBadges =
  (obligations: Pick<Obligations, 'refresh'>) =>
  async (unit: Unit, person: string, on: string): Promise<void> => {
    const { tx } = unit;
    const rows = await tx.badge.findMany({
      where: { personId: person, until: null },
      select: { id: true },
    });
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await tx.badge.updateMany({
      where: { id: { in: ids } },
      data: { until: new Date(), owedSince: dayDate(on) },
    });
    await obligations.refresh(unit, BADGE_RETURN, ids);
  };

async function settleBadge(
  unit: Unit,
  { id, personId: person, badge }: Prisma.BadgeModel,
  as: BadgeSettlement['as'],
  note: string | null = null,
): Promise<void> {
  await unit.tx.badge.updateMany({
    where: { id },
    data: { settled: as, settledAt: new Date() },
  });
  const line = { entity: 'person', id: person, person } as const;
  const after = { badge, settled: as };
  await unit.audit({ ...line, action: 'badge-settle', after, reason: note });
}

/** Takes a badge back: from its wearer, or from one who left with it. */
export const takeBack = (unit: Unit, row: Prisma.BadgeModel): Promise<void> =>
  row.until === null ? endBinding(unit, row) : settleBadge(unit, row, 'returned');

/** Ends a binding now, as the badge was returned, with its line and event. */
export async function endBinding(
  unit: Unit,
  { id, personId: person, badge }: Pick<Prisma.BadgeModel, 'id' | 'personId' | 'badge'>,
): Promise<void> {
  const at = new Date();
  const data = { until: at, settled: 'returned', settledAt: at };
  await unit.tx.badge.updateMany({ where: { id }, data });
  const line = { entity: 'person', id: person, person } as const;
  await unit.audit({ ...line, action: 'badge-release', before: { badge } });
  await unit.emit({
    entity: 'person',
    what: 'badge-released',
    subject: person,
    data: { person, badge },
  });
}
