import { Prisma } from '../../../generated/prisma/client.ts';
import type { Transaction } from '../../db/database.ts';
import type { RuleParams, UnusualRule } from './rules.ts';

/** Lines that match a rule, of one user or one address. */
export interface Candidate {
  subject: string;
  userId: string | null;
  userName: string | null;
  count: number;
  firstAt: Date;
  lastAt: Date;
  /** Newest first, at most {@link MOST_LINES}. */
  seqs: bigint[];
}

export const MOST_LINES = 200;
/** Period of a user's usual activity. */
const USUAL_DAYS = 28;

const group = Prisma.sql`count(*)::int AS count, min(l.at) AS "firstAt", max(l.at) AS "lastAt",
  (array_agg(l.seq ORDER BY l.seq DESC))[1:${Prisma.raw(String(MOST_LINES))}] AS seqs`;

/**
 * Matches of a rule in the last window.
 *
 * @param zone time zone for the hours of the night.
 */
export function search(
  tx: Transaction,
  rule: UnusualRule,
  params: RuleParams,
  { now, zone }: { now: Date; zone: string },
): Promise<Candidate[]> {
  const number = (name: string) => params[name] ?? rule.params[name] ?? 0;
  const windowMs = number('windowMinutes') * 60_000;
  const since = new Date(now.getTime() - windowMs);
  const usualSince = new Date(now.getTime() - USUAL_DAYS * 86_400_000);
  const minimum = number('minimum');
  const recent = Prisma.sql`l.at > ${since} AND l.at <= ${now}`;
  const before = Prisma.sql`u.at > ${usualSince} AND u.at <= ${since}`;
  const some = Prisma.sql`l.action = ANY(${rule.actions}::text[])`;
  switch (rule.kind) {
    case 'burst':
      return tx.$queryRaw<Candidate[]>`
        WITH recent AS (
          SELECT l.user_id AS "userId", max(l.user_name) AS "userName", ${group}
          FROM audit_log l WHERE ${recent} AND l.user_id IS NOT NULL AND ${some}
          GROUP BY l.user_id HAVING count(*) >= ${minimum})
        SELECT r."userId" AS subject, r.* FROM recent r CROSS JOIN LATERAL (
          SELECT count(*)::float8 / greatest(1, count(DISTINCT
                   floor(extract(epoch FROM u.at) / ${windowMs / 1000}::float8))) AS usual
          FROM audit_log u
          WHERE u.user_id = r."userId" AND u.action = ANY(${rule.actions}::text[]) AND ${before}) AS own
        WHERE r.count >= ${number('factor')}::float8 * own.usual`;
    case 'night': {
      const atNight = (at: Prisma.Sql) =>
        Prisma.sql`${hourOf(at, zone)} >= ${number('fromHour')} OR ${hourOf(at, zone)} < ${number('toHour')}`;
      return tx.$queryRaw<Candidate[]>`
        WITH recent AS (
          SELECT l.user_id AS "userId", max(l.user_name) AS "userName", ${group}
          FROM audit_log l
          WHERE ${recent} AND l.user_id IS NOT NULL AND ${some} AND (${atNight(Prisma.sql`l.at`)})
          GROUP BY l.user_id HAVING count(*) >= ${minimum})
        SELECT r."userId" AS subject, r.* FROM recent r CROSS JOIN LATERAL (
          SELECT count(*) AS all_lines,
                 count(*) FILTER (WHERE ${atNight(Prisma.sql`u.at`)}) AS night
          FROM audit_log u WHERE u.user_id = r."userId" AND ${before}) AS own
        WHERE own.night * 100 <= ${number('usualShare')}::float8 * own.all_lines`;
    }
    case 'failed-by-account':
      return tx.$queryRaw<Candidate[]>`
        SELECT l.entity_id AS subject, l.entity_id AS "userId", max(a.username) AS "userName", ${group}
        FROM audit_log l LEFT JOIN app_user a ON a.id = l.entity_id
        WHERE ${recent} AND ${some} AND l.entity_id IS NOT NULL
        GROUP BY l.entity_id HAVING count(*) >= ${minimum}`;
    case 'failed-by-address':
      return tx.$queryRaw<Candidate[]>`
        SELECT l.address AS subject, NULL::text AS "userId", NULL::text AS "userName", ${group}
        FROM audit_log l WHERE ${recent} AND ${some} AND l.address IS NOT NULL
        GROUP BY l.address HAVING count(*) >= ${minimum}`;
    case 'addresses':
      return tx.$queryRaw<Candidate[]>`
        SELECT l.user_id AS subject, l.user_id AS "userId", max(l.user_name) AS "userName",
               count(DISTINCT l.address)::int AS count, min(l.at) AS "firstAt", max(l.at) AS "lastAt",
               (array_agg(l.seq ORDER BY l.seq DESC))[1:${Prisma.raw(String(MOST_LINES))}] AS seqs
        FROM audit_log l
        WHERE ${recent} AND l.user_id IS NOT NULL AND l.address IS NOT NULL
          AND l.action NOT LIKE 'sign-in-%'
        GROUP BY l.user_id HAVING count(DISTINCT l.address) >= ${minimum}`;
  }
}

const hourOf = (at: Prisma.Sql, zone: string) =>
  Prisma.sql`extract(hour FROM ${at} AT TIME ZONE ${zone}::text)`;
