import type { Location } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';

/** Purposes that collectors check; the texts are the tenant's own. */
export const BADGE_TRACKING = 'badge-tracking';
export const VIDEO_IDENTITY = 'video-identity';
/** The badge clocks its wearer in and out; needs badge-tracking as well. */
export const ATTENDANCE_POSITION = 'attendance-position';
/** The phone tells where it is when its user clocks in. */
export const ATTENDANCE_PHONE = 'attendance-phone';
/** What a name in video needs: the position of the badge, and that it may be laid on the video. */
export const NAMING: readonly string[] = [BADGE_TRACKING, VIDEO_IDENTITY];

export interface ConsentGate {
  /**
   * Whether the person's data may be collected for the purpose now: agreed to a valid version of
   * the notice, and not withdrawn. Without an answer it is not allowed.
   */
  allowed(tx: Transaction, person: string, purpose: string): Promise<boolean>;
  /**
   * Of badges and moments, those of a person without consent to positioning, now or at that moment. A position of
   * an unassigned badge is not personal and is kept; of one with which its wearer left the positions leave it out. The wearers are locked in the order of their ids until the
   * transaction ends: a withdrawal waits for it and takes what it wrote, or is read here.
   */
  refused<Fix extends { badge: string; at: Date }>(
    tx: Transaction,
    fixes: readonly Fix[],
  ): Promise<Set<Fix>>;
}

/**
 * Earlier versions of the notice are no longer valid; null where the purpose does not exist or has
 * ended.
 */
async function validFrom(tx: Transaction, purpose: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ active: boolean; first: number | null }[]>`
    SELECT (SELECT active FROM consent_purpose WHERE id = ${purpose} ORDER BY version DESC LIMIT 1) AS active,
           (SELECT max(version) FROM consent_purpose WHERE id = ${purpose} AND (renew OR version = 1)) AS first`;
  return row?.active ? row.first : null;
}

/**
 * SQL: since when the person's consent to the purpose is in force; null where it is not, as
 * {@link ConsentGate.allowed} says it.
 *
 * @param person a column with the id of the person.
 */
export const inForceSince = (person: Prisma.Sql, purpose: string): Prisma.Sql => Prisma.sql`(
  SELECT CASE WHEN c.decision = 'given' AND c.notice_version >= (
    SELECT CASE WHEN (SELECT n.active FROM consent_purpose n WHERE n.id = ${purpose} ORDER BY n.version DESC LIMIT 1)
      THEN max(v.version) END
    FROM consent_purpose v WHERE v.id = ${purpose} AND (v.renew OR v.version = 1)) THEN c.at END
  FROM consent c WHERE c.person_id = ${person} AND c.purpose_id = ${purpose} ORDER BY c.seq DESC LIMIT 1)`;

/** SQL: since when the person's consents to all that a name needs are in force; null where one is not. */
export const namedSince = (person: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT CASE WHEN count(s.at) = ${NAMING.length}::int THEN max(s.at) END
  FROM (VALUES ${Prisma.join(NAMING.map((one) => Prisma.sql`(${inForceSince(person, one)})`))}) AS s (at))`;

/**
 * SQL: ids of all people of whom {@link namedSince} is not null. Of thousands of people this is one pass over the answers, in
 * the place of several look-ups for each.
 */
export const namedPeople = Prisma.sql`
  SELECT c.person_id FROM (
    SELECT DISTINCT ON (a.person_id, a.purpose_id) a.person_id, a.purpose_id, a.decision, a.notice_version
    FROM consent a WHERE a.purpose_id IN (${Prisma.join([...NAMING])})
    ORDER BY a.person_id, a.purpose_id, a.seq DESC) c
  JOIN (
    SELECT v.id, CASE WHEN (array_agg(v.active ORDER BY v.version DESC))[1]
      THEN max(v.version) FILTER (WHERE v.renew OR v.version = 1) END AS first
    FROM consent_purpose v WHERE v.id IN (${Prisma.join([...NAMING])}) GROUP BY v.id) p ON p.id = c.purpose_id
  WHERE c.decision = 'given' AND c.notice_version >= p.first
  GROUP BY c.person_id HAVING count(*) = ${NAMING.length}::int`;

/** SQL: whether the person had agreed to all that a name needs at that time, a value or a column. */
export const mayBeNamedAt = (person: Prisma.Sql, at: Date | Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(${Prisma.join(
    NAMING.map(
      (one) => Prisma.sql`coalesce((SELECT c.decision = 'given' FROM consent c
        WHERE c.person_id = ${person} AND c.purpose_id = ${one} AND c.at <= ${at}
        ORDER BY c.seq DESC LIMIT 1), FALSE)`,
    ),
    ' AND ',
  )})`;

/**
 * Holds what a person answered until the transaction ends: a withdrawal waits for it and takes what it wrote, or is read
 * after this.
 */
export const holdAnswers = (tx: Transaction, person: string) =>
  tx.$queryRaw`SELECT id FROM person WHERE id = ${person} FOR SHARE`;

export const consentGate: ConsentGate = {
  async allowed(tx, person, purpose) {
    const first = await validFrom(tx, purpose);
    if (first === null) return false;
    const newest = await tx.consent.findFirst({
      where: { personId: person, purposeId: purpose },
      orderBy: { seq: 'desc' },
    });
    return newest?.decision === 'given' && newest.noticeVersion >= first;
  },

  async refused(tx, fixes) {
    const badges = [...new Set(fixes.map(({ badge }) => badge))];
    if (badges.length === 0) return new Set();
    await tx.$queryRaw`
      SELECT p.id FROM person p
      WHERE p.id IN (SELECT b.person_id FROM badge b WHERE b.badge = ANY (${badges}::text[]))
      ORDER BY p.id FOR SHARE`;
    const worn = await tx.badge.findMany({ where: { badge: { in: badges } } });
    if (worn.length === 0) return new Set();
    const first = await validFrom(tx, BADGE_TRACKING);
    const people = [...new Set(worn.map(({ personId }) => personId))];
    const answers = await readAnswers(tx, people);
    const hasAgreed = (person: string, at: Date) => {
      // Newest first.
      const own = answers.get(person) ?? [];
      const isInForce =
        first !== null && own[0]?.decision === 'given' && own[0].noticeVersion >= first;
      return isInForce && own.find((one) => one.at <= at)?.decision === 'given';
    };
    const wearer = (badge: string, at: Date) =>
      worn.find((one) => one.badge === badge && one.since <= at && (!one.until || at < one.until));
    return new Set(
      fixes.filter(({ badge, at }) => {
        // A reader's clock may be ahead of the assignment's: the current wearer counts, too.
        const person = (wearer(badge, at) ?? wearer(badge, new Date()))?.personId;
        return person !== undefined && !hasAgreed(person, at);
      }),
    );
  },
};

/** The answers of people to badge-tracking by person, newest first. */
async function readAnswers(tx: Transaction, people: string[]) {
  const rows = await tx.consent.findMany({
    where: { purposeId: BADGE_TRACKING, personId: { in: people } },
    orderBy: { seq: 'desc' },
    select: { personId: true, decision: true, noticeVersion: true, at: true },
  });
  const byPerson = new Map<string, typeof rows>();
  for (const row of rows) {
    const own = byPerson.get(row.personId);
    if (own) own.push(row);
    else byPerson.set(row.personId, [row]);
  }
  return byPerson;
}

/** The locations that may be stored: of people with consent, and of unassigned badges. */
export async function permittedLocations(
  tx: Transaction,
  locations: Location[],
): Promise<Location[]> {
  const fixes = locations.map((location) => ({
    badge: location.provider_id,
    at: new Date(location.timestamp_generated),
    location,
  }));
  const refused = await consentGate.refused(tx, fixes);
  return fixes.filter((fix) => !refused.has(fix)).map(({ location }) => location);
}
