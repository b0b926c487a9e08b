import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { personsFindings, type Reader, seesAll, wholeActs } from '../violations/reach.ts';
import type { Violation } from '../violations/schema.ts';
import { showViolation, showViolations, withIdentities, withNames } from '../violations/view.ts';
import { findLinked } from './links.ts';
import { findMembers, type IncidentRow } from './rows.ts';
import type { Incident, IncidentDetail } from './schema.ts';
import { signaturesOf } from './signatures.ts';
import { asSeen, isWithinReach, personOf, readIncidentsFor, showIncident } from './view.ts';

type Member = IncidentDetail['members'][number];
type Operation = IncidentDetail['operations'][number];

/** A finding of an incident, with its row. */
type MemberRow = Prisma.IncidentFindingGetPayload<{ include: { violation: true } }>;

/**
 * The findings of an incident, oldest first, with what the reader sees of the incident; without a reader, all of it.
 *
 * @param stored as it is now.
 * @returns `isWhole`: whether the reader sees all of it.
 * @throws Problem `incident.unknown` where it is out of the reader's reach.
 */
export async function readMembers(
  tx: Transaction,
  stored: IncidentRow,
  reader?: Reader,
): Promise<{ row: IncidentRow; members: MemberRow[]; isWhole: boolean }> {
  const [row] = reader ? await asSeen(tx, reader, [stored]) : [stored];
  if (!row) throw new Problem('incident.unknown');
  const seen = reader ? await findingsSeen(tx, reader, row.id) : null;
  const members = await tx.incidentFinding.findMany({
    where: { incidentId: row.id, ...(seen ? { findingId: { in: seen } } : {}) },
    include: { violation: true },
    orderBy: [{ violation: { startedAt: 'asc' } }, { findingId: 'asc' }],
  });
  return { row, members, isWhole: seen === null };
}

/** Findings as the reader sees them; without one, with all names. */
const showFindings = (
  tx: Transaction,
  reader: Reader | undefined,
  members: readonly MemberRow[],
): Promise<Violation[]> => {
  const rows = members.map(({ violation }) => violation);
  return reader ? showViolations(tx, reader.account, rows) : withNames(tx, rows.map(showViolation));
};

const mayName = ({ takenOutAt, violation }: MemberRow): boolean =>
  takenOutAt === null && violation.personId !== null;

/** Whom the findings that count name, as the reader sees it. */
export const personIn = async (
  tx: Transaction,
  reader: Reader,
  members: readonly MemberRow[],
): Promise<Incident['person']> => personOf(await showFindings(tx, reader, members.filter(mayName)));

/**
 * An incident with its findings, what it is linked to, and what people changed: as a reader sees it in
 * whose reach it is, without one all of it.
 *
 * @param stored as it is now.
 * @throws Problem `incident.unknown` where it is out of the reader's reach.
 */
export async function showDetail(
  tx: Transaction,
  stored: IncidentRow,
  reader?: Reader,
): Promise<IncidentDetail> {
  const { row, members, isWhole } = await readMembers(tx, stored, reader);
  const main = members.find(({ findingId }) => findingId === row.mainId)?.violation;
  if (!main) throw new Problem('incident.unknown');
  const violations = await showFindings(tx, reader, members);
  const shownOf = new Map(violations.map((one) => [one.id, one]));
  const operations = await tx.incidentOperation.findMany({
    // What was changed by hand is said to those who see all of it.
    where: isWhole ? { OR: [{ incidentId: row.id }, { otherId: row.id }] } : { id: '' },
    orderBy: { id: 'desc' },
    take: 50,
  });
  const signatures = await signaturesOf(
    tx,
    members.map(({ findingId }) => findingId),
  );
  const links = await readIncidentsFor(tx, reader, await findLinked(tx, row.id));
  const incident = showIncident(row, main);
  const shown = {
    ...incident,
    main: shownOf.get(main.id) ?? incident.main,
    person: personOf(violations.filter((_, n) => members[n] && mayName(members[n]))),
    members: members.map(
      (one): Member => ({
        violation: shownOf.get(one.findingId) ?? showViolation(one.violation),
        why: whyShown(one.why as Member['why'], one.findingId, shownOf),
        joinedAt: one.joinedAt.toISOString(),
        signatures: signatures.get(one.findingId) ?? [],
        isNew:
          row.status !== 'pending' && one.takenOutAt === null && one.violation.status === 'pending',
        takenOut: one.takenOutAt && {
          by: person(one.takenOutBy, one.takenOutByName),
          at: one.takenOutAt.toISOString(),
          reason: one.takenOutReason as NonNullable<Member['takenOut']>['reason'],
          note: one.takenOutNote,
        },
      }),
    ),
    links: links.filter((one) => one.mergedInto === null),
    operations: operations.map((one) => ({
      id: one.id,
      kind: one.kind as Operation['kind'],
      by: person(one.byUser, one.byName),
      at: one.at.toISOString(),
      reason: one.reason,
      undone: one.undoneAt && {
        by: person(one.undoneBy, one.undoneByName),
        at: one.undoneAt.toISOString(),
      },
    })),
  };
  return shown as IncidentDetail;
}

/** That badges tell one person names both findings where the reader sees who one of them was. */
function whyShown(
  why: Member['why'],
  id: string,
  shownOf: ReadonlyMap<string, Violation>,
): Member['why'] {
  if (why?.by !== 'same-name') return why;
  const isNamed = (finding: string | null) =>
    finding !== null && Boolean(shownOf.get(finding)?.identity?.person);
  return isNamed(id) && isNamed(why.with) ? why : null;
}

/**
 * An incident as the account that changed it sees it, once. The change may have taken it out of the
 * account's reach: all of it was seen before, so all of it is the answer.
 */
export async function showChanged(
  tx: Transaction,
  stored: IncidentRow,
  reader: Reader,
): Promise<IncidentDetail> {
  if (await isWithinReach(tx, stored.id, reader)) return showDetail(tx, stored, reader);
  const whole = await showDetail(tx, stored);
  const linked = whole.links.map(({ id }) => id);
  return { ...whole, links: await readIncidentsFor(tx, reader, linked) };
}

/**
 * All of an incident, with the identities that an account sees of it; without one, none.
 */
export async function showWholeFor(
  tx: Transaction,
  stored: IncidentRow,
  account: Account | null,
): Promise<IncidentDetail> {
  const whole = await showDetail(tx, stored);
  const { members, links } = whole;
  const violations = [
    whole.main,
    ...members.map(({ violation }) => violation),
    ...links.map(({ main }) => main),
  ];
  const [main = whole.main, ...others] = account
    ? await withIdentities(tx, account, violations)
    : violations.map((one) => ({ ...one, identity: null }));
  const shown = members.map((one, n) => ({ ...one, violation: others[n] ?? one.violation }));
  return {
    ...whole,
    main,
    person: personOf(
      shown.flatMap(({ violation, takenOut }) => (takenOut === null ? violation : [])),
    ),
    members: shown,
    links: links.map((one, n) => {
      const linked = others[members.length + n] ?? one.main;
      return { ...one, main: linked, person: personOf([linked]) };
    }),
  };
}

/** The findings that a reader sees of an incident; null for all of them. */
async function findingsSeen(
  tx: Transaction,
  reader: Reader,
  incident: string,
): Promise<string[] | null> {
  if (seesAll(reader)) return null;
  const [found] = await sqlIn(tx)<{ whole: boolean }>(Prisma.sql`
    SELECT coalesce(${wholeActs(reader)}, FALSE) AS whole FROM incident i WHERE i.id = ${incident}`);
  if (found?.whole) return null;
  const which = Prisma.sql`f.taken_out_at IS NULL AND ${personsFindings(reader)}`;
  return (await findMembers(tx, [incident], which)).map(({ id }) => id);
}

const person = (id: string | null, name: unknown): Operation['by'] => ({
  id: id ?? '',
  displayName: name as Operation['by']['displayName'],
});
