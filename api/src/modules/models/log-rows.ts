import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';

/** The interval in which a worker judged a camera with a version. */
export interface LogEntry {
  id: string;
  seq: number;
  versionId: string;
  name: string;
  version: string;
  worker: string;
  camera: string | null;
  from: Date;
  to: Date | null;
  /** Ended by a timeout, not by the worker's announcement. */
  lost: boolean;
}

const columns = { seq: 'number' } as const;
/** The order of the log, newest first. */
export const newestEntries = listOrder('model log', 'desc', columns);

/** The log as intervals, newest first. */
export function findLog(
  tx: Transaction,
  query: {
    versions?: string[] | undefined;
    camera?: string | undefined;
    worker?: string | undefined;
    at?: string | undefined;
    after?: Position<typeof columns> | null;
    limit: number;
  },
): Promise<LogEntry[]> {
  const all = [Prisma.sql`l.kind = 'loaded'`];
  if (query.versions) all.push(Prisma.sql`l.model_version_id = ANY (${query.versions})`);
  if (query.camera) all.push(Prisma.sql`l.camera = ${query.camera}`);
  if (query.worker) all.push(Prisma.sql`l.worker = ${query.worker}`);
  if (query.after) all.push(newestEntries.beyondSql(query.after, { seq: Prisma.sql`l.seq` }));
  if (query.at) {
    const at = new Date(query.at);
    all.push(Prisma.sql`l.at <= ${at} AND (u.at IS NULL OR u.at > ${at})`);
  }
  return tx.$queryRaw<LogEntry[]>`
    SELECT l.id, l.seq::int AS seq, l.model_version_id AS "versionId", m.name, m.version, l.worker,
      l.camera, l.at AS "from", u.at AS "to",
      coalesce(u.kind = 'lost', false) AS lost
    FROM model_log l
    JOIN model_version m ON m.tenant_id = l.tenant_id AND m.id = l.model_version_id
    LEFT JOIN LATERAL (
      SELECT n.at, n.kind FROM model_log n
      WHERE n.tenant_id = l.tenant_id AND n.model_version_id = l.model_version_id
        AND n.worker = l.worker AND n.camera IS NOT DISTINCT FROM l.camera
        AND n.seq > l.seq AND n.kind <> 'loaded'
      ORDER BY n.seq LIMIT 1
    ) u ON TRUE
    WHERE ${Prisma.join(all, ' AND ')}
    ORDER BY l.seq DESC LIMIT ${query.limit}`;
}
