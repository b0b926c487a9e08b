import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { type Reach, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';

/** By which right an account looks at violations and incidents. */
export type ViolationRight = 'violation:read' | 'violation:review';

/** Who looks, and by which right. */
export interface Reader {
  account: Account;
  right: ViolationRight;
}

/** A reader for what is a part of a violation or incident: without the right to read those there is none of it. */
export const asReader = (account: Account): Reader => ({ account, right: 'violation:read' });

/**
 * A reader for what has a right of its own, such as an export: as far as the account sees violations,
 * where it may see any. Undefined for an account whose right does not ask for that.
 */
export const alongReading = (account: Account): Reader | undefined =>
  account.permissions.has('violation:read') ? asReader(account) : undefined;

export const seesAll = ({ account, right }: Reader): boolean =>
  account.permissions.get(right) === 'all';

/*
 * An act is seen whole or not at all: the place's people see all findings of an incident that touches
 * their place, as a verdict covers what was seen. The person's people see, wherever it was, what a
 * reviewer confirmed of that person. Reviewing follows the place alone.
 */

/** The areas of departments, as an array. */
const areasOf = (departments: readonly string[]): Prisma.Sql =>
  Prisma.sql`ARRAY(SELECT a.id::text FROM area a WHERE a.department_id = ANY(${[...departments]}))`;

/** `incident i` touches the place of the reader; null where the reach has no place. */
function byPlace(reach: Reach): Prisma.Sql | null {
  if (reach.scope === 'site') return Prisma.sql`i.site = ${reach.site}`;
  return reach.scope === 'department' ? Prisma.sql`i.areas && ${areasOf(reach.departments)}` : null;
}

/**
 * `violation v` is in an act that touches the place: it happened there, or the act went over more places
 * than one. Those are few, and an index has them; the usual case needs no join.
 */
function actByPlace(reach: Reach): Prisma.Sql | null {
  if (reach.scope === 'site') return Prisma.sql`v.site = ${reach.site}`;
  const place = byPlace(reach);
  if (reach.scope !== 'department' || !place) return null;
  return Prisma.sql`(v.area_id = ANY(${areasOf(reach.departments)}) OR v.id = ANY(ARRAY(
    SELECT f.finding_id FROM incident i
    JOIN incident_finding f ON f.tenant_id = i.tenant_id AND f.incident_id = i.id
    WHERE cardinality(i.areas) > 1 AND ${place})))`;
}

/** `violation v` is confirmed of a person of the reader, or of the reader. */
function byPerson({ account, right }: Reader, reach: Reach): Prisma.Sql | null {
  if (right !== 'violation:read') return null;
  const either: Prisma.Sql[] = [];
  if (account.person !== null) either.push(Prisma.sql`v.person_id = ${account.person}`);
  if (reach.scope === 'department') {
    either.push(Prisma.sql`v.person_id IN (
      SELECT p.id FROM person p WHERE p.department_id = ANY(${[...reach.departments]}))`);
  }
  if (reach.scope === 'site') {
    either.push(Prisma.sql`v.person_id IN (
      SELECT p.id FROM person p JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
      WHERE d.site = ${reach.site})`);
  }
  if (either.length === 0) return null;
  return Prisma.sql`(v.person_id IS NOT NULL AND v.status = 'confirmed' AND (${Prisma.join(either, ' OR ')}))`;
}

const any = (conditions: readonly (Prisma.Sql | null)[]): Prisma.Sql => {
  const some = conditions.filter((one) => one !== null);
  return some.length === 0 ? Prisma.sql`FALSE` : Prisma.sql`(${Prisma.join(some, ' OR ')})`;
};

const joined = Prisma.sql`f.tenant_id = v.tenant_id AND f.finding_id = v.id`;

/**
 * The findings within a reader's reach, as a condition on `violation v`.
 *
 * @param of `one` for a lookup by id, `many` for a list: the acts of the place are read once.
 * @throws Problem `auth.forbidden` where the account does not have the right.
 */
export function findingsWithin(reader: Reader, of: 'one' | 'many' = 'many'): Prisma.Sql {
  const reach = reachOf(reader.account, reader.right);
  if (reach.scope === 'all') return Prisma.sql`TRUE`;
  const place = byPlace(reach);
  const act =
    of === 'many' || reach.scope === 'site'
      ? actByPlace(reach)
      : place &&
        Prisma.sql`EXISTS (SELECT 1 FROM incident_finding f
          JOIN incident i ON i.tenant_id = f.tenant_id AND i.id = f.incident_id
          WHERE ${joined} AND ${place})`;
  return any([act, byPerson(reader, reach)]);
}

/**
 * The incidents within a reader's reach, as a condition on `incident i`.
 *
 * @throws Problem `auth.forbidden` where the account does not have the right.
 */
export function actsWithin(reader: Reader): Prisma.Sql {
  const reach = reachOf(reader.account, reader.right);
  if (reach.scope === 'all') return Prisma.sql`TRUE`;
  const person = byPerson(reader, reach);
  return any([
    byPlace(reach),
    person &&
      Prisma.sql`i.id IN (SELECT f.incident_id FROM violation v JOIN incident_finding f ON ${joined}
        WHERE f.taken_out_at IS NULL AND ${person})`,
  ]);
}

/** The incidents that a reader sees whole, as a condition on `incident i`. */
export const wholeActs = ({ account, right }: Reader): Prisma.Sql => {
  const reach = reachOf(account, right);
  return reach.scope === 'all' ? Prisma.sql`TRUE` : any([byPlace(reach)]);
};

/** The findings of incidents that are not seen whole, as a condition on `violation v`. */
export const personsFindings = (reader: Reader): Prisma.Sql =>
  any([byPerson(reader, reachOf(reader.account, reader.right))]);

/** What of the identity of a finding an account sees. */
export interface IdentityShown {
  /** Also candidates: it reviews there. */
  reviews: boolean;
  /** Who was confirmed to be it. */
  named: boolean;
}

/**
 * What of the identity of a finding an account sees, as conditions on `violation v`.
 *
 * @param of as of {@link findingsWithin}.
 */
export function identitySql(
  account: Account,
  of: 'one' | 'many',
): { reviews: Prisma.Sql; named: Prisma.Sql } {
  const reviews = account.permissions.has('violation:review')
    ? findingsWithin({ account, right: 'violation:review' }, of)
    : Prisma.sql`FALSE`;
  const named = account.permissions.has('violation:read')
    ? account.permissions.get('violation:read') === 'all'
      ? Prisma.sql`v.status = 'confirmed'`
      : personsFindings(asReader(account))
    : Prisma.sql`FALSE`;
  return { reviews, named };
}

/** What of the identity of findings an account sees, by id. */
export async function identityShown(
  tx: Transaction,
  account: Account,
  ids: readonly string[],
): Promise<Map<string, IdentityShown>> {
  const { reviews, named } = identitySql(account, 'one');
  const rows = await sqlIn(tx)<IdentityShown & { id: string }>(Prisma.sql`
    SELECT v.id, ${reviews} AS reviews, coalesce(${named}, FALSE) AS named FROM violation v
    WHERE v.id = ANY (${[...ids]}::text[])`);
  return new Map(rows.map(({ id, ...shown }) => [id, shown]));
}
