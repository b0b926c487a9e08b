import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Platform } from '../../platform/module.ts';
import type { CardStretch } from '../gates/rebinding.ts';
import { decidedAtOf, operatorSql, startsWithCardSql } from '../gates/signed-on.ts';

/** A decision may change who had signed on from a while before it to a shift after it. */
const [BEFORE, AFTER] = [Prisma.sql`interval '15 minutes'`, Prisma.sql`interval '12 hours'`];
const started = z.object({ decision: z.string(), kind: z.literal('start'), target: z.string() });
const badgeFact = z.object({ badge: z.string() });

/**
 * A sign-on that becomes known late, and a card that was another person's, take names out of what is written: who had not
 * signed on by what is known now is not named. No other person is named instead. A name that was taken out is kept aside, and
 * comes back where the card was that person's after all.
 */
export function correctDrivers({ consumers }: Pick<Platform, 'consumers'>): void {
  consumers.on({
    name: 'vehicles.sign-ons-known',
    types: ['cn.anshi.gate-decision.*'],
    handle: async ({ tx }, { data }) => {
      const read = started.safeParse(data);
      if (!read.success) return;
      const { decision, target } = read.data;
      const decidedAt = await decidedAtOf(tx, decision);
      if (!decidedAt) return;
      await takeOut(
        tx,
        (at) => Prisma.sql`r.machine_id = ${target}
          AND ${at} BETWEEN ${decidedAt}::timestamptz - ${BEFORE} AND ${decidedAt}::timestamptz + ${AFTER}`,
      );
    },
  });
  consumers.on({
    name: 'vehicles.badges-corrected',
    types: ['cn.anshi.person.badge-corrected.*'],
    handle: async ({ tx }, { data }) => {
      const read = badgeFact.safeParse(data);
      if (!read.success) return;
      const { badge } = read.data;
      await takeOut(
        tx,
        () => Prisma.sql`(r.machine_id, r.driver_id) IN (${startsWithCardSql(badge)})`,
      );
      await bringBack(tx, badge);
    },
  });
}

/** How many events and passages of vehicles name a person who had signed on with a card: they lose the name. */
export const countDriven = (tx: Transaction, stretch: CardStretch): Promise<number> =>
  countWith(tx, stretch, Prisma.sql`r.driver_id`);

/** How many lost the name of that person, and have it again once the card was that person's. */
export const countRemoved = (tx: Transaction, stretch: CardStretch): Promise<number> =>
  countWith(tx, stretch, Prisma.sql`r.removed_driver_id`);

async function countWith(
  tx: Transaction,
  { badge, person, from, to }: CardStretch,
  column: Prisma.Sql,
): Promise<number> {
  const driven = (at: Prisma.Sql) => Prisma.sql`${column} = ${person} AND ${at} >= ${from}
    AND (${to}::timestamptz IS NULL OR ${at} < ${to}::timestamptz)
    AND (r.machine_id, ${column}) IN (${startsWithCardSql(badge)})`;
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT ((SELECT count(*) FROM vehicle_event r WHERE ${driven(Prisma.sql`r.begun_at`)})
      + (SELECT count(*) FROM vehicle_pass r WHERE ${driven(Prisma.sql`r.at`)}))::int AS count`);
  return row?.count ?? 0;
}

/** @param which a condition on a row `r`, given its time. */
async function takeOut(tx: Transaction, which: (at: Prisma.Sql) => Prisma.Sql): Promise<void> {
  const [begun, at] = [Prisma.sql`r.begun_at`, Prisma.sql`r.at`];
  const machine = Prisma.sql`r.machine_id`;
  await tx.$executeRaw`
    UPDATE vehicle_event r SET driver_id = NULL, removed_driver_id = r.driver_id, version = r.version + 1
    WHERE r.driver_id IS NOT NULL AND ${which(begun)} AND r.driver_id IS DISTINCT FROM ${operatorSql(machine, begun)}`;
  await tx.$executeRaw`
    UPDATE vehicle_pass r SET driver_id = NULL, removed_driver_id = r.driver_id
    WHERE r.driver_id IS NOT NULL AND ${which(at)} AND r.driver_id IS DISTINCT FROM ${operatorSql(machine, at)}`;
}

/** Drivers whose names were taken out and who had signed on with the card by what is known now. */
async function bringBack(tx: Transaction, badge: string): Promise<void> {
  const [begun, at] = [Prisma.sql`r.begun_at`, Prisma.sql`r.at`];
  const isDriver = (time: Prisma.Sql) => Prisma.sql`r.driver_id IS NULL
    AND (r.machine_id, r.removed_driver_id) IN (${startsWithCardSql(badge)})
    AND r.removed_driver_id = ${operatorSql(Prisma.sql`r.machine_id`, time)}`;
  await tx.$executeRaw`
    UPDATE vehicle_event r SET driver_id = r.removed_driver_id, removed_driver_id = NULL, version = r.version + 1
    WHERE ${isDriver(begun)}`;
  await tx.$executeRaw`
    UPDATE vehicle_pass r SET driver_id = r.removed_driver_id, removed_driver_id = NULL WHERE ${isDriver(at)}`;
}
