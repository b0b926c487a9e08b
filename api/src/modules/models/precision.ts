import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { byModels, kindColumn, ofKinds } from '../violations/kind.ts';
import type { PrecisionQuery, PrecisionRow } from './schema.ts';
import { wilson } from './wilson.ts';

type Group = 'rule' | 'camera' | 'version' | 'week';

interface Counted {
  rule: string | null;
  camera: string | null;
  model: string | null;
  version: string | null;
  week: string | null;
  recorded: number;
  confirmed: number;
  dismissed: number;
  reasons: Record<string, number>;
  minutes: number | null;
}

/**
 * Precision by review verdicts, by rule, camera, version and week. Shares require at least
 * `minJudged` verdicts, because of statistical noise.
 */
export async function findPrecision(
  tx: Transaction,
  query: PrecisionQuery,
  options: { minJudged: number; timeZone: string },
): Promise<{ items: PrecisionRow[]; total: PrecisionRow }> {
  const { timeZone, minJudged } = options;
  const count = (by: readonly Group[]): Promise<Counted[]> => {
    const key = (one: Group, column: Prisma.Sql) =>
      by.includes(one) ? column : Prisma.sql`NULL::text`;
    const week = Prisma.sql`to_char(date_trunc('week', v.started_at AT TIME ZONE ${timeZone}), 'YYYY-MM-DD')`;
    return tx.$queryRaw<Counted[]>`
      WITH chosen AS (
        SELECT ${key('rule', kindColumn)} AS rule, ${key('camera', Prisma.sql`v.camera`)} AS camera,
          ${key('version', Prisma.sql`v.model_name`)} AS model,
          ${key('version', Prisma.sql`v.model_version`)} AS version, ${key('week', week)} AS week,
          v.status, v.review_reason,
          extract(epoch FROM v.reviewed_at - v.recorded_at)::float8 / 60 AS minutes
        FROM violation v WHERE ${conditions(query)}
      ), grouped AS (
        SELECT rule, camera, model, version, week, count(*)::int AS recorded,
          (count(*) FILTER (WHERE status = 'confirmed'))::int AS confirmed,
          (count(*) FILTER (WHERE status = 'dismissed'))::int AS dismissed,
          percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE status <> 'pending') AS minutes
        FROM chosen GROUP BY rule, camera, model, version, week
      ), reasons AS (
        SELECT rule, camera, model, version, week, jsonb_object_agg(review_reason, n) AS reasons FROM (
          SELECT rule, camera, model, version, week, review_reason, count(*)::int AS n FROM chosen
          WHERE status = 'dismissed' GROUP BY rule, camera, model, version, week, review_reason
        ) r GROUP BY rule, camera, model, version, week
      )
      SELECT g.*, coalesce(r.reasons, '{}') AS reasons FROM grouped g LEFT JOIN reasons r
        ON (g.rule, g.camera, g.model, g.version, g.week)
          IS NOT DISTINCT FROM (r.rule, r.camera, r.model, r.version, r.week)
      ORDER BY g.week NULLS FIRST, g.rule, g.model, g.version, g.camera
      LIMIT ${MOST}`;
  };
  const rows = await count(query.by);
  const [all] = await count([]);
  return {
    items: rows.map((row) => shown(row, minJudged)),
    total: shown(all ?? nothing, minJudged),
  };
}

/** Maximum rows: cameras times weeks of years would be unreadable. */
const MOST = 5_000;

const nothing: Counted = {
  rule: null,
  camera: null,
  model: null,
  version: null,
  week: null,
  recorded: 0,
  confirmed: 0,
  dismissed: 0,
  reasons: {},
  minutes: null,
};

function conditions(query: PrecisionQuery): Prisma.Sql {
  const all = [byModels];
  if (query.from) all.push(Prisma.sql`v.started_at >= ${new Date(query.from)}`);
  if (query.to) all.push(Prisma.sql`v.started_at < ${new Date(query.to)}`);
  if (query.rule?.length) all.push(ofKinds(query.rule));
  if (query.camera?.length) all.push(Prisma.sql`v.camera = ANY (${query.camera})`);
  if (query.model) all.push(Prisma.sql`v.model_name = ${query.model}`);
  if (query.version) all.push(Prisma.sql`v.model_version = ${query.version}`);
  return Prisma.join(all, ' AND ');
}

/** Verdicts that rate the detection, and those that confirm it. */
export function seenRightly(row: {
  confirmed: number;
  dismissed: number;
  reasons: Readonly<Record<string, number>>;
}): { right: number; of: number } {
  const allowed = row.reasons['allowed-work'] ?? 0;
  const doubles = row.reasons.duplicate ?? 0;
  return { right: row.confirmed + allowed, of: row.confirmed + row.dismissed - doubles };
}

function shown(row: Counted, minJudged: number): PrecisionRow {
  const { minutes, ...counts } = row;
  const judged = row.confirmed + row.dismissed;
  const { right, of } = seenRightly(row);
  return {
    ...counts,
    judged,
    precision: judged < minJudged ? null : wilson(row.confirmed, judged),
    detection: of < minJudged ? null : wilson(right, of),
    unreviewed: row.recorded === 0 ? 0 : (row.recorded - judged) / row.recorded,
    medianReviewMinutes: minutes,
  };
}
