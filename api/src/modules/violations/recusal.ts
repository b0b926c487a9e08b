import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction, tenantIn } from '../../platform/db/database.ts';
import { idsOfPerson } from '../people/merged.ts';

/*
 * A reviewer may not judge a violation that may be their own, even after the name was removed: otherwise they could withdraw
 * consent and then dismiss it. A digest of violation and person is kept for that check only; no list, search or export
 * contains it.
 */

/** The digest of `violation` and `person`, columns or texts. */
const markOf = (violation: Prisma.Sql, person: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`encode(sha256(convert_to(${violation} || ' ' || ${person}, 'UTF8')), 'hex')`;

/** The findings of the acts that `ids` are part of: what was taken out of an act is none of it. */
const actsOf = (ids: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT unnest(${ids}::text[])
  UNION SELECT o.finding_id FROM incident_finding f JOIN incident_finding o
    ON o.tenant_id = f.tenant_id AND o.incident_id = f.incident_id
  WHERE f.finding_id = ANY (${ids}::text[]) AND o.taken_out_at IS NULL)`;

/**
 * Keeps who may not judge a violation of those candidates that are about to go: also of people without an account, who may
 * get one.
 *
 * @param stays the handles of candidates who stay.
 */
export async function keepRecusals(
  tx: Transaction,
  violation: string,
  stays: readonly string[],
): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO violation_recusal (tenant_id, violation_id, mark)
    SELECT DISTINCT c.tenant_id, c.violation_id, ${markOf(Prisma.sql`c.violation_id`, Prisma.sql`c.person_id`)}
    FROM violation_candidate c
    WHERE c.violation_id = ${violation} AND c.handle <> ALL (${[...stays]}::text[])
    ON CONFLICT DO NOTHING`);
}

/** Keeps that a person may not judge a violation. */
export async function keepRecusalOf(
  tx: Transaction,
  violation: string,
  person: string,
): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO violation_recusal (tenant_id, violation_id, mark)
    SELECT v.tenant_id, v.id, ${markOf(Prisma.sql`v.id`, Prisma.sql`${person}::text`)} FROM violation v
    WHERE v.id = ${violation}
    ON CONFLICT DO NOTHING`);
}

/**
 * Whether a person was a candidate of one of these violations or of another finding of the same act, is one, or is who it
 * is of.
 */
export async function isConcerned(
  tx: Transaction,
  violations: readonly string[],
  person: string,
): Promise<boolean> {
  const ids = await idsOfPerson(tx, person);
  const rows = await sqlIn(tx)<object>(Prisma.sql`
    SELECT 1 FROM violation v WHERE v.id IN ${actsOf(Prisma.sql`${[...violations]}`)} AND ${ofPeople(ids)}
    LIMIT 1`);
  return rows.length > 0;
}

/** The findings of the act that `id` is part of, and itself. */
const actOf = (id: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT ${id} AS id
  UNION SELECT o.finding_id FROM incident_finding f JOIN incident_finding o
    ON o.tenant_id = f.tenant_id AND o.incident_id = f.incident_id
  WHERE f.finding_id = ${id} AND o.taken_out_at IS NULL)`;

/** Those of some violations to whose act an account is a party: it ever gave a verdict on it, or its person may be the one. */
export async function partyTo(
  tx: Transaction,
  { id, person }: Pick<Account, 'id' | 'person'>,
  violations: readonly string[],
): Promise<Set<string>> {
  const people = person === null ? [] : await idsOfPerson(tx, person);
  const concerned = Prisma.sql`EXISTS (SELECT 1 FROM violation v WHERE ${ofPeople(people)} AND v.id IN (
    SELECT w.id FROM ${actOf(Prisma.sql`a.id`)} b CROSS JOIN LATERAL ${actOf(Prisma.sql`b.id`)} w))`;
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT a.id FROM unnest(${[...violations]}::text[]) AS a (id)
    WHERE EXISTS (SELECT 1 FROM verdict d
      WHERE d.by_user = ${id} AND d.violation_id IN (SELECT b.id FROM ${actOf(Prisma.sql`a.id`)} b))
      OR ${people.length === 0 ? Prisma.sql`FALSE` : concerned}`);
  return new Set(rows.map((one) => one.id));
}

/** `violation v` may be of one of these people. */
const ofPeople = (
  ids: readonly string[],
): Prisma.Sql => Prisma.sql`(v.person_id = ANY (${[...ids]}::text[])
  OR EXISTS (SELECT 1 FROM violation_candidate c
    WHERE c.tenant_id = v.tenant_id AND c.violation_id = v.id AND c.person_id = ANY (${[...ids]}::text[]))
  OR EXISTS (SELECT 1 FROM violation_recusal r
    WHERE r.tenant_id = v.tenant_id AND r.violation_id = v.id
      AND r.mark IN (SELECT ${markOf(Prisma.sql`v.id`, Prisma.sql`p.id`)} FROM unnest(${[...ids]}::text[]) AS p (id))))`;

/** The ids of the person of an account, and of all accounts of that person: two accounts of one human are one person. */
export async function oneselfOf(
  tx: Transaction,
  { id, person }: Pick<Account, 'id' | 'person'>,
): Promise<{ people: string[]; users: string[] }> {
  const people = person === null ? [] : await idsOfPerson(tx, person);
  const accounts = await tx.appUser.findMany({
    where: { personId: { in: people } },
    select: { id: true },
  });
  return { people, users: [...new Set([id, ...accounts.map((one) => one.id)])] };
}

/**
 * `incident i` may be about the reviewer, by the same rule, or has a verdict of the reviewer, an undone one too and one on
 * a finding that was taken out later: who judges it a second time is another person. For lists.
 */
export function isOwnAct({ people, users }: Awaited<ReturnType<typeof oneselfOf>>): Prisma.Sql {
  const about = people.length === 0 ? Prisma.sql`FALSE` : ofPeople(people);
  return Prisma.sql`EXISTS (SELECT 1 FROM incident_finding f
    JOIN violation v ON v.tenant_id = f.tenant_id AND v.id = f.finding_id
    WHERE f.tenant_id = i.tenant_id AND f.incident_id = i.id
      AND (((f.taken_out_at IS NULL OR v.id = i.main_id) AND ${about}) OR EXISTS (SELECT 1 FROM verdict d
        WHERE d.tenant_id = v.tenant_id AND d.violation_id = v.id AND d.by_user = ANY (${users}::text[]))))`;
}

/** The accounts of all people who may be the one of a violation, by the same rule. */
export async function accountsConcerned(tx: Transaction, violation: string): Promise<string[]> {
  const tenant = tenantIn(tx);
  const rows = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT DISTINCT u.id FROM app_user u
    JOIN violation v ON v.id IN ${actsOf(Prisma.sql`${[violation]}`)}
    WHERE u.tenant_id = ${tenant} AND u.person_id IS NOT NULL AND (u.person_id = v.person_id
      OR EXISTS (SELECT 1 FROM violation_candidate c
        WHERE c.violation_id = v.id AND c.person_id = u.person_id)
      OR EXISTS (SELECT 1 FROM violation_recusal r
        WHERE r.violation_id = v.id AND r.mark IN (SELECT ${markOf(Prisma.sql`v.id`, Prisma.sql`i.id`)} FROM (
            WITH RECURSIVE joined AS (SELECT u.person_id::text AS id
              UNION SELECT p.id FROM person p JOIN joined j ON p.merged_into = j.id)
            SELECT id FROM joined) AS i)))
    ORDER BY u.id`);
  return rows.map(({ id }) => id);
}
