import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { ConsumedEvent, Consumer } from '../../platform/consumers/types.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { decide, type Match } from './decide.ts';
import type { Matcher } from './decisions.ts';
import type { FitTell } from './fit-tell.ts';
import { jobsOfPosts } from './jobs.ts';
import { type Decided, type Decision, isWorse, type Reason } from './reasons.ts';
import type { Concerned, MatchWatchers } from './watchers.ts';

/** Batch size: people whose facts one pass reads. */
const MOST = 50;
/** A pass compares no further person after this time, so that it keeps no locks for long and the API stops soon. */
const ENOUGH_MS = 1_000;
/** Time limit of a pass: one that is cut off compares the same people again, and never ends on a busy machine. */
const LONGEST = { longestMs: 60_000 };

interface DueRow {
  personId: string;
  dueAt: Date;
  quiet: boolean;
}

/**
 * Each person who holds a post is matched with it again whenever a fact changes, and at the instant at which the last
 * answer ends. What does not fit is a row that is told once, and again where it gets worse; it closes itself.
 *
 * The rows of `match_watch` say when each person is due; a pass takes those that are. Two processes never take the
 * same.
 */
export function createFit(parts: {
  units: Units;
  matcher: Matcher;
  tell: FitTell;
  /** Other than {@link ENOUGH_MS} in tests. */
  enoughMs?: number;
}) {
  const { units, matcher, tell, enoughMs = ENOUGH_MS } = parts;

  /**
   * One pass.
   *
   * @param now other than the present one in tests.
   * @returns whether there may be more to do.
   */
  async function look(tenant: string, now = new Date()): Promise<boolean> {
    const compareDue = async (unit: Unit) => {
      const { tx } = unit;
      const due = await sqlIn(tx)<DueRow>(Prisma.sql`
        SELECT person_id AS "personId", due_at AS "dueAt", quiet FROM match_watch
        WHERE due_at <= ${now} ORDER BY due_at, person_id LIMIT ${MOST} FOR UPDATE SKIP LOCKED`);
      if (due.length === 0) return false;
      return (await compare(unit, due, now)) < due.length || due.length === MOST;
    };
    // Committed before facts are read: an event of the facts finds the row, and makes the person due again.
    await units.run(systemCaller(tenant), ({ tx }) => watchHolders(tx, tenant, now));
    return units.run(systemCaller(tenant), compareDue, LONGEST);
  }

  /** @returns how many of them were compared: at least one, the others stay due. */
  async function compare(unit: Unit, due: readonly DueRow[], now: Date): Promise<number> {
    const { tx, caller } = unit;
    const people = due.map(({ personId }) => personId);
    const held = new Map(
      (
        await tx.postHolding.findMany({
          where: { personId: { in: people }, until: null },
          select: { personId: true, postId: true },
        })
      ).map(({ personId, postId }) => [personId, postId]),
    );
    const open = await tx.postMisfit.findMany({
      where: { personId: { in: people }, closedAt: null },
    });
    const jobs = await jobsOfPosts(tx, [...new Set(held.values())]);
    const book = await matcher.bookIn(tx);
    const facts = await matcher.factsOf(tx, people, [...jobs.values()], now, book);
    // After the reads: each pass needs them, however long they take.
    const begun = performance.now();
    for (const [done, { personId, dueAt, quiet }] of due.entries()) {
      if (done > 0 && performance.now() - begun > enoughMs) return done;
      const postId = held.get(personId);
      const job = postId === undefined ? undefined : jobs.get(postId);
      const person = facts.get(personId);
      const own = open.filter((one) => one.personId === personId);
      for (const one of own) {
        if (one.postId !== postId || !job || !person) await close(unit, one, now);
      }
      if (postId === undefined || !job || !person) {
        await tx.matchWatch.deleteMany({ where: { personId } });
        continue;
      }
      const match = decide(person, job, now, book);
      const mine = own.find((one) => one.postId === postId);
      if (match.decision === 'allow') {
        if (mine) await close(unit, mine, now);
      } else if (!mine) {
        const { id: decisionId } = await matcher.decideFor(tx, { person: personId, job }, now);
        const row = {
          tenantId: caller.tenant,
          id: newId(),
          personId,
          postId,
          decision: match.decision,
          reasons: asJson(match),
          // What ended at an instant that was known ended then, however late the look is.
          since: dueAt < now ? dueAt : now,
          decisionId,
          toldAt: quiet ? null : now,
        };
        await tx.postMisfit.create({ data: row });
        await note(unit, row, 'opened', match.decision);
        if (!quiet) await tell(unit, { id: row.id, personId, postId, ...match });
      } else if (!isSame(decidedOf(match), decidedOf(keptOf(mine)))) {
        const before = keptOf(mine);
        const { id: decisionId } = await matcher.decideFor(tx, { person: personId, job }, now);
        const isTold = !quiet && isWorse(decidedOf(match), decidedOf(before));
        await tx.postMisfit.updateMany({
          where: { id: mine.id },
          data: {
            decision: match.decision,
            reasons: asJson(match),
            decisionId,
            ...(isTold && { toldAt: now }),
          },
        });
        await note(unit, mine, 'changed', match.decision);
        // What gets better is shown, and not told.
        if (isTold) {
          const { id } = mine;
          await tell(unit, { id, personId, postId, ...match, before });
        }
      }
      await tx.matchWatch.updateMany({
        where: { personId },
        data: {
          dueAt: match.validUntil === null ? null : new Date(match.validUntil),
          quiet: false,
        },
      });
    }
    return due.length;
  }

  async function close(
    unit: Unit,
    row: { id: string; personId: string; postId: string; since: Date },
    now: Date,
  ): Promise<void> {
    // The clocks of two processes may differ.
    const closedAt = now < row.since ? row.since : now;
    await unit.tx.postMisfit.updateMany({ where: { id: row.id }, data: { closedAt } });
    await note(unit, row, 'closed', 'allow');
  }

  return { look };
}

const asJson = ({ reasons }: Match) => reasons as unknown as Prisma.InputJsonValue;
const keptOf = (row: { decision: string; reasons: unknown }) => ({
  decision: row.decision as Decision,
  reasons: row.reasons as readonly Reason[],
});
const decidedOf = ({ decision, reasons }: Pick<Match, 'decision' | 'reasons'>): Decided => ({
  decision,
  codes: reasons.map(({ code, about }) => `${code} ${about}`),
});
const isSame = (one: Decided, other: Decided) =>
  one.decision === other.decision && String(one.codes) === String(other.codes);

const note = (
  { emit }: Unit,
  { id, personId, postId }: { id: string; personId: string; postId: string },
  what: 'opened' | 'changed' | 'closed',
  decision: string,
) =>
  emit({
    entity: 'post-misfit',
    what,
    subject: id,
    data: { misfit: id, person: personId, post: postId, decision },
  });

/**
 * Who began to hold a post is due. In a company without compared people yet all of them are compared in
 * silence: the list shows what was so before, and a thousand notices would hide the next one.
 */
async function watchHolders(tx: Transaction, tenant: string, now: Date): Promise<void> {
  await sqlIn(tx)(Prisma.sql`
    INSERT INTO match_watch (tenant_id, person_id, due_at, quiet)
    SELECT ${tenant}::text, h.person_id, ${now}::timestamptz, NOT EXISTS (SELECT 1 FROM match_watch)
    FROM post_holding h LEFT JOIN match_watch w ON w.tenant_id = h.tenant_id AND w.person_id = h.person_id
    WHERE h.until_at IS NULL AND w.person_id IS NULL
    ON CONFLICT DO NOTHING`);
}

/** The events of the facts that decisions rest on. */
export const factTypes: readonly string[] = [
  'cn.anshi.person.*',
  'cn.anshi.supplier.*',
  'cn.anshi.visit.*',
  'cn.anshi.qualification.*',
  'cn.anshi.practical-test.*',
  'cn.anshi.training-record.*',
  // It ends: who was held for too few hours, or will be off the trade, is so at another time.
  'cn.anshi.gate-session.ended.*',
  'cn.anshi.safety-entry.*',
  'cn.anshi.post.*',
  'cn.anshi.equipment.*',
  'cn.anshi.area.*',
  'cn.anshi.rule-override.*',
  'cn.anshi.permit.*',
  'cn.anshi.match-requirement.*',
];

type FactEvent = Pick<ConsumedEvent, 'type' | 'subject' | 'data'>;
const entityOf = ({ type }: FactEvent) => type.split('.')[2];
/** Events whose data name the person that they concern. */
const ofPerson = new Set([
  'qualification',
  'visit',
  'practical-test',
  'training-record',
  'gate-session',
  'safety-entry',
]);
const personFact = z.object({ person: z.string() });

/** Whom or what an event of {@link factTypes} concerns. */
export function concernedBy(event: FactEvent): Concerned {
  const { subject, data } = event;
  const entity = entityOf(event);
  const read = personFact.safeParse(data);
  const isNamed = entity !== undefined && ofPerson.has(entity) && read.success;
  const person = entity === 'person' ? subject : isNamed ? read.data.person : null;
  return {
    ...(person === null ? {} : { person }),
    ...(entity === 'equipment' && subject !== null ? { machine: subject } : {}),
    ...(entity === 'area' && subject !== null ? { area: subject } : {}),
  };
}

/** Makes people due, and what other modules rest on decisions, when a fact of theirs, of their post or of the law changes. */
export function followFacts({
  watchers,
  nudge,
}: {
  watchers: Pick<MatchWatchers, 'due'>;
  nudge: () => void;
}): Consumer {
  return {
    name: 'match.facts-changed',
    feature: 'qualifications',
    types: factTypes,
    async handle(unit, event) {
      const { tx } = unit;
      const { subject } = event;
      const now = new Date();
      const entity = entityOf(event);
      const concerned = concernedBy(event);
      const { person } = concerned;
      if (entity === 'rule-override') {
        await tx.matchWatch.updateMany({ data: { dueAt: now } });
      } else if (entity === 'post') {
        await sqlIn(tx)(Prisma.sql`
          UPDATE match_watch w SET due_at = ${now} FROM post_holding h
          WHERE h.tenant_id = w.tenant_id AND h.person_id = w.person_id AND h.until_at IS NULL
            AND h.post_id = ${subject}`);
      } else if (entity === 'supplier') {
        await sqlIn(tx)(Prisma.sql`
          UPDATE match_watch w SET due_at = ${now} FROM person p
          WHERE p.tenant_id = w.tenant_id AND p.id = w.person_id AND p.supplier_id = ${subject}`);
      } else if (person !== undefined) {
        await tx.matchWatch.updateMany({ where: { personId: person }, data: { dueAt: now } });
      }
      await watchers.due(tx, concerned);
      unit.afterCommit(nudge);
    },
  };
}
