import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** Of the advisory lock on the outlines of a tenant. */
const OUTLINES = 5_270_310;

/**
 * Until the transaction ends, no fence gets another outline: fixes are taken by one outline as a whole, and tracks are made
 * again without fixes between.
 */
export const holdOutlines = (tx: Transaction, tenant: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${tenant}, ${OUTLINES}))::text`;

/** Waits for all that take fixes; they wait until the transaction ends. */
export const takeOutlines = (tx: Transaction, tenant: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenant}, ${OUTLINES}))::text`;

/** SQL: the outline of an area `a` in short; null where it has none, or is not in use. */
export const outlineSql = Prisma.sql`
  CASE WHEN a.active THEN md5(a.floor_plan || a.polygon::text) END`;

/** Marks fences whose area has another outline than they watch as to be renewed. @returns how many. */
export const markMoved = (tx: Transaction, area: string): Promise<number> =>
  tx.$executeRaw(Prisma.sql`
    UPDATE area_fence f SET renew_at = now() FROM area a
    WHERE a.tenant_id = f.tenant_id AND a.id = f.area_id AND a.id = ${area}
      AND f.outline IS DISTINCT FROM ${outlineSql}`);

/** Notes the outline that a fence watches from now on. */
export const noteOutline = (tx: Transaction, fence: string) =>
  sqlIn(tx)(Prisma.sql`
    UPDATE area_fence f SET renew_at = NULL, outline = ${outlineSql} FROM area a
    WHERE a.tenant_id = f.tenant_id AND a.id = f.area_id AND f.id = ${fence}`);
