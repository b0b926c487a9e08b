import type { Prisma } from '../../generated/prisma/client.ts';
import { createCalendar } from '../../platform/calendar/calendar.ts';
import { readCalendar } from '../../platform/calendar/repository.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings.ts';
import { assignedUntil } from '../assignments/assigned-now.ts';
import { overrideInForce } from '../gates/override-in-force.ts';
import { areasOfBadge } from '../locations/of-badge.ts';
import { isFinal, type Matcher } from '../match/decisions.ts';
import type { MatchJob } from '../match/input.ts';
import { shownReasons } from '../match/reasons.ts';
import { jobOfFence, withinHours } from './entry-rules.ts';
import type { Hours } from './schema.ts';
import type { DecidedRight } from './state.ts';

/** Hours and places are looked at again after so long: the calendar may change, people move. */
const HOURS_MS = 60_000;
const PLACE_MS = 10_000;

export type Decided = Omit<DecidedRight, 'from' | 'spell'>;
type Fence = Prisma.AreaFenceModel;

const allowed = (until: number | null): Decided => ({
  allowed: true,
  codes: [],
  reasons: [],
  matchId: null,
  until,
});
const soonest = (...times: (number | null)[]): number | null => {
  const known = times.filter((one) => one !== null);
  return known.length === 0 ? null : Math.min(...known);
};

export type Rights = ReturnType<typeof createRights>;

/** Whether a person may be where they are: the one matcher, hours, assignments. */
export function createRights({
  matcher,
  settings,
}: {
  matcher: Pick<Matcher, 'jobOfArea' | 'forJobs' | 'decideFor'>;
  settings: Pick<Settings, 'timeZone'>;
}) {
  /** Whether it is within the hours of the fence, and until when that holds, a minute at most. */
  async function hoursOf(tx: Transaction, { hours }: Fence, now: Date) {
    if (hours === null) return { inside: true, until: null };
    const { calendar } = await readCalendar(tx);
    const known = createCalendar(calendar, settings.timeZone);
    const { inside, until } = withinHours(hours as Hours, known, now);
    return { inside, until: soonest(until, now.getTime() + HOURS_MS) };
  }

  /** The requirements of the area, with the posts and the permit of the fence. */
  const jobOf = async (tx: Transaction, fence: Fence): Promise<MatchJob> =>
    jobOfFence(fence, fence.matched ? await matcher.jobOfArea(tx, fence.areaId) : null);

  async function mayEnter(
    tx: Transaction,
    fence: Fence,
    person: string | null,
    now: Date,
  ): Promise<Decided> {
    if (person === null) {
      const reasons = [{ code: 'unknown-badge', about: null }];
      return { ...allowed(null), allowed: false, codes: ['unknown-badge'], reasons };
    }
    const hours = await hoursOf(tx, fence, now);
    const job = await jobOf(tx, fence);
    const [match] = await matcher.forJobs(tx, person, [job], now);
    const isMatched = match?.decision === 'allow';
    const validUntil = match?.validUntil ? Date.parse(match.validUntil) : null;
    if (isMatched && hours.inside) return allowed(soonest(validUntil, hours.until));
    const asked = { person, kind: 'entry', target: fence.areaId } as const;
    const override = match && isFinal(match) ? null : await overrideInForce(tx, asked, now);
    if (override && hours.inside) return allowed(soonest(override.until.getTime(), hours.until));
    const kept = isMatched ? null : await matcher.decideFor(tx, { person, job }, now);
    const reasons = (kept?.reasons ?? []).map(({ code, about }) => ({ code, about }));
    const late = hours.inside ? [] : [{ code: 'outside-hours', about: null }];
    return {
      allowed: false,
      codes: [
        ...shownReasons(kept?.reasons ?? []),
        ...(hours.inside ? [] : (['outside-hours'] as const)),
      ],
      reasons: [...reasons, ...late],
      matchId: kept?.id ?? null,
      until: soonest(validUntil, hours.until),
    };
  }

  async function mayLeave(
    tx: Transaction,
    fence: Fence,
    { person, badge }: { person: string | null; badge: string },
    now: Date,
  ): Promise<Decided> {
    if (person === null) return allowed(null);
    const again = now.getTime() + PLACE_MS;
    const hours = await hoursOf(tx, fence, now);
    if (!hours.inside) return allowed(hours.until);
    const left: Decided = {
      allowed: false,
      codes: ['left-place'],
      reasons: [{ code: 'left-place', about: null }],
      matchId: null,
      until: soonest(again, hours.until),
    };
    if (fence.assigned) {
      const until = await assignedUntil(tx, person, fence.areaId, now);
      return until === null ? allowed(again) : left;
    }
    const held = await tx.postHolding.findMany({
      where: { personId: person, until: null },
      select: { post: { select: { id: true, areas: true } } },
    });
    const posts = held
      .map(({ post }) => post)
      .filter(({ id, areas }) =>
        fence.posts.length > 0 ? fence.posts.includes(id) : areas.includes(fence.areaId),
      );
    if (posts.length === 0) return allowed(again);
    // In another area of the post they are at the post.
    const at = await areasOfBadge(tx, badge);
    const others = posts.flatMap(({ areas }) => areas).filter((one) => one !== fence.areaId);
    return at.some((one) => others.includes(one)) ? allowed(again) : left;
  }

  return {
    /** Decides by the facts of now. A decision of the matcher is kept only where it refuses. */
    decide: (
      tx: Transaction,
      fence: Fence,
      who: { person: string | null; badge: string },
      now: Date,
    ): Promise<Decided> =>
      fence.kind === 'entry' ? mayEnter(tx, fence, who.person, now) : mayLeave(tx, fence, who, now),
  };
}
