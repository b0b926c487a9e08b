import { Prisma } from '../../generated/prisma/client.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { Matcher } from '../match/decisions.ts';
import { isSpecial } from '../match/special.ts';
import { restOf, takenOf } from './check-crew.ts';
import { outcomeOf } from './outcome.ts';
import { bookingsOf, peopleToPlan } from './parties.ts';
import { partsOf } from './parts.ts';
import { jobsWhere, jobToPlan } from './places.ts';
import type { CandidateList, CandidateQuery } from './schema.ts';
import { planReasons } from './words.ts';

/** People that are compared for a list. */
const MOST_COMPARED = 1_000;

type Item = CandidateList['items'][number];

/** Free and allowed first, then on hold, then those who are assigned elsewhere, then those who may not. */
const rankOf = ({ decision, busy }: Item): number =>
  decision === 'deny' ? 3 : busy ? 2 : decision === 'hold' ? 1 : 0;

/**
 * The order rests on what is shown alone: the order of the matcher would tell a missing medical check from a missing
 * certificate.
 */
export const better = (a: Item, b: Item): number =>
  rankOf(a) - rankOf(b) ||
  Number(b.holdsPost) - Number(a.holdsPost) ||
  b.hours - a.hours ||
  a.person.name.localeCompare(b.person.name, 'zh') ||
  (a.person.id < b.person.id ? -1 : 1);

/** People for a job, the best first, with reasons. */
export const createCandidates = ({
  units,
  matcher,
}: Pick<Platform, 'units'> & { matcher: Matcher }) => ({
  list: (
    user: User,
    id: string,
    { q, department, limit }: CandidateQuery,
  ): Promise<CandidateList> =>
    units.run(user, async ({ tx }) => {
      const { account } = user;
      const job = await jobToPlan(tx, account, id);
      const now = new Date();
      const crew = await tx.workAssignment.findMany({
        where: { jobId: id, endedAt: null },
        select: { personId: true },
      });
      const there = new Set(crew.map(({ personId }) => personId));
      const most = MOST_COMPARED + 1;
      const found = await peopleToPlan(tx, account, { q, department, near: job.department, most });
      const people = found.slice(0, MOST_COMPARED).filter((one) => !there.has(one.id));
      const ids = people.map((one) => one.id);
      const parts = await partsOf(tx, job);
      const special = isSpecial(parts);
      const answers = await matcher.through(tx, ids, parts, restOf(job, now));
      const bookings = await bookingsOf(tx, ids, takenOf(job, now), id);
      const readable = new Set(
        bookings.length === 0
          ? []
          : (
              await jobsWhere(
                tx,
                account,
                [Prisma.sql`j.id = ANY(${bookings.map(({ jobId }) => jobId)})`],
                bookings.length,
              )
            ).map((one) => one.id),
      );
      const bookingOf = new Map(bookings.toReversed().map((one) => [one.personId, one]));
      const posts =
        job.postId === null
          ? parts.flatMap((one) => one.byPost.map(({ post }) => post))
          : [job.postId];
      const items = people.flatMap((person): Item[] => {
        const answer = answers.get(person.id);
        if (!answer) return [];
        const outcome = outcomeOf(answer.answers, special);
        const booking = bookingOf.get(person.id);
        return [
          {
            person: { id: person.id, name: person.name, employeeNo: person.employeeNo },
            department: { id: person.departmentId, name: person.departmentName },
            post: person.post,
            decision: outcome.decision,
            final: outcome.final,
            reasons: planReasons(
              booking && outcome.decision !== 'deny' ? [...outcome.codes, 'busy'] : outcome.codes,
            ),
            busy: booking
              ? {
                  from: booking.from.toISOString(),
                  until: booking.until.toISOString(),
                  title: readable.has(booking.jobId) ? booking.title : null,
                }
              : null,
            holdsPost: person.postId !== null && posts.includes(person.postId),
            hours: answer.facts.operated
              .filter(({ machine }) => machine === job.machineId)
              .reduce((sum, one) => sum + one.hours, 0),
          },
        ];
      });
      const counts = { allow: 0, hold: 0, deny: 0, busy: 0 };
      for (const one of items) counts[rankOf(one) === 2 ? 'busy' : one.decision]++;
      const more = found.length > MOST_COMPARED;
      return { items: items.sort(better).slice(0, limit), counts, more };
    }),
});
