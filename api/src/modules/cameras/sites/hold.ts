import { Prisma } from '../../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../../platform/db/database.ts';

/*
 * Who names a site or a floor plan holds the site until the own transaction ends; who removes one locks it before
 * asking what uses it. So neither misses the other, in whatever process.
 */

/** @returns whether there is such a site; nothing is removed of it meanwhile. */
export async function holdSite(tx: Transaction, site: string): Promise<boolean> {
  const rows = await sqlIn(tx)(Prisma.sql`SELECT id FROM site WHERE id = ${site} FOR SHARE`);
  return rows.length > 0;
}

/** @returns whether a site has such a floor plan; it is not removed meanwhile. */
export async function holdPlan(tx: Transaction, plan: string): Promise<boolean> {
  const has = JSON.stringify([{ id: plan }]);
  const rows = await sqlIn(tx)(
    Prisma.sql`SELECT id FROM site WHERE floor_plans @> ${has}::jsonb FOR SHARE`,
  );
  return rows.length > 0;
}

/** Waits for all who hold the site. */
export async function lockSite(tx: Transaction, site: string): Promise<void> {
  await sqlIn(tx)(Prisma.sql`SELECT id FROM site WHERE id = ${site} FOR UPDATE`);
}
