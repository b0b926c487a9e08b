import { severity } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { namedSince } from '../consent/gate.ts';
import { kindColumn } from '../violations/kind.ts';
import {
  identitySql,
  personsFindings,
  type Reader,
  seesAll,
  wholeActs,
} from '../violations/reach.ts';
import { type Grouping, partsOf } from './group-form.ts';

/*
 * The group of an incident is made of what its reader sees of it, in the same way as the row that is shown: else a group,
 * its count or its place in the list would tell what the row leaves out. An incident that is seen in part counts with
 * the findings of that part.
 */

/** How severe a severity is, from 1. */
const rankOf = (column: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`array_position(${[...severity.options]}::text[], ${column}::text)`;

/** The findings of `incident i` that count. */
const members = Prisma.sql`incident_finding f
  JOIN violation v ON v.tenant_id = f.tenant_id AND v.id = f.finding_id
  WHERE f.tenant_id = i.tenant_id AND f.incident_id = i.id AND f.taken_out_at IS NULL`;

/** What a reader sees of `incident i`: `seen` with kind, camera, main, rank and started. */
function seenSql(reader: Reader): Prisma.Sql {
  const columns = Prisma.sql`${kindColumn} AS kind, v.camera, v.id AS main`;
  const whole = Prisma.sql`SELECT ${columns}, ${rankOf(Prisma.sql`i.severity`)} AS rank, i.started_at AS started
    FROM violation v WHERE v.tenant_id = i.tenant_id AND v.id = i.main_id`;
  if (seesAll(reader)) return Prisma.sql`JOIN LATERAL (${whole}) seen ON TRUE`;
  const isWhole = Prisma.sql`coalesce(${wholeActs(reader)}, FALSE)`;
  const rank = rankOf(Prisma.sql`v.severity`);
  return Prisma.sql`JOIN LATERAL (
    (${whole} AND ${isWhole})
    UNION ALL
    (SELECT ${columns}, ${rank} AS rank, min(v.started_at) OVER () AS started
      FROM ${members} AND NOT ${isWhole} AND ${personsFindings(reader)}
      ORDER BY ${rank} DESC, v.started_at, v.id LIMIT 1)
    LIMIT 1) seen ON TRUE`;
}

/** Whom `incident i` names to a reader: `who` with the person, null where no name is shown. */
function whoSql({ account }: Reader): Prisma.Sql {
  const { reviews, named } = identitySql(account, 'many');
  // As the row: what was confirmed stays, else the person has to agree to the notice that holds.
  return Prisma.sql`LEFT JOIN LATERAL (
    SELECT v.person_id AS person FROM ${members} AND v.person_id IS NOT NULL AND v.identity IS NOT NULL
      AND (${reviews} OR coalesce(${named}, FALSE))
      AND (v.status = 'confirmed' OR v.person_basis = 'session' OR ${namedSince(Prisma.sql`v.person_id`)} IS NOT NULL)
    ORDER BY f.finding_id LIMIT 1) who ON TRUE`;
}

/** The joins of `incident i` that a grouping needs, and the text that a group is told by. */
export function groupSql(reader: Reader, by: Grouping): { join: Prisma.Sql; key: Prisma.Sql } {
  const seen = seenSql(reader);
  if (by === 'rule') return { join: seen, key: Prisma.sql`seen.kind` };
  if (by === 'camera') return { join: seen, key: Prisma.sql`seen.camera` };
  // One group for those that name no person and those whose name is not shown: the two are not told apart.
  return { join: Prisma.sql`${seen} ${whoSql(reader)}`, key: Prisma.sql`coalesce(who.person, '')` };
}

/** The incidents of one group, as the joins and a condition of `incident i`. */
export function inGroup(
  reader: Reader,
  group: string,
): { join: Prisma.Sql; condition: Prisma.Sql } {
  const { by, value } = partsOf(group);
  const { join, key } = groupSql(reader, by);
  return { join, condition: Prisma.sql`${key} = ${value}` };
}
