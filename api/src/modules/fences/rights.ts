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
import { isAccompanied } from '../visitors/escort.ts';
import type { Decided } from './decided.ts';
import { jobsOfFence, withinHours } from './entry-rules.ts';
import type { Hours } from './schema.ts';
import { soonest } from './state.ts';

/** Hours are looked at again after so long, as the calendar may change; places sooner, as people move. */
const HOURS_MS = 60_000;
const PLACE_MS = 10_000;
/** Whether a person is about to be assigned here, or to get a post here. */
const CONCERNED_MS = 60_000;

type Fence = Prisma.AreaFenceModel;

/** @param endsAt when it ends by what is known; `again`: when it is looked at in any case. Ms since the epoch. */
const allowed = (endsAt: number | null, again: number | null): Decided => ({
  allowed: true,
  codes: [],
  reasons: [],
  matchId: null,
  until: soonest(endsAt, again),
  endsAt,
});

export type Rights = ReturnType<typeof createRights>;

/** Whether a person may be where they are: the one matcher, hours, assignments. */
export function createRights({
  matcher,
  settings,
}: {
  matcher: Pick<Matcher, 'jobOfArea' | 'forJobs' | 'decideFor'>;
  settings: Pick<Settings, 'timeZone'>;
}) {
  /** Whether it is within the hours of the fence, when that turns, and when it is looked at in any case. */
  async function hoursOf(tx: Transaction, { hours }: Fence, now: Date) {
    if (hours === null) return { inside: true, turnsAt: null, again: null };
    const { calendar } = await readCalendar(tx);
    const known = createCalendar(calendar, settings.timeZone);
    const { inside, until } = withinHours(hours as Hours, known, now);
    return { inside, turnsAt: until, again: now.getTime() + HOURS_MS };
  }

  /** The requirements of the area, and the posts and the permit of the fence: all of them have to be met. */
  const jobsOf = async (tx: Transaction, fence: Fence): Promise<MatchJob[]> =>
    jobsOfFence(fence, fence.matched ? await matcher.jobOfArea(tx, fence.areaId) : null);

  async function mayEnter(
    tx: Transaction,
    fence: Fence,
    person: string | null,
    now: Date,
  ): Promise<Decided> {
    if (person === null) {
      const reasons = [{ code: 'unknown-badge', about: null }];
      return { ...allowed(null, null), allowed: false, codes: ['unknown-badge'], reasons };
    }
    const hours = await hoursOf(tx, fence, now);
    const jobs = await jobsOf(tx, fence);
    const matches = await matcher.forJobs(tx, person, jobs, now);
    const refusedBy = jobs.find((_, i) => matches[i]?.decision !== 'allow');
    const validUntil = soonest(
      ...matches.map((one) => (one.validUntil ? Date.parse(one.validUntil) : null)),
    );
    const endsAt = soonest(validUntil, hours.turnsAt);
    if (!refusedBy && hours.inside) return allowed(endsAt, hours.again);
    const needsEscort = matches.every(({ reasons }) =>
      reasons.every(({ code }) => code === 'escort-needed'),
    );
    if (refusedBy && needsEscort && hours.inside) {
      if (await isAccompanied(tx, person, fence.areaId)) {
        return allowed(endsAt, now.getTime() + PLACE_MS);
      }
    }
    const asked = { person, kind: 'entry', target: fence.areaId } as const;
    const override = matches.some(isFinal) ? null : await overrideInForce(tx, asked, now);
    if (override && hours.inside) {
      return allowed(soonest(override.until.getTime(), hours.turnsAt), hours.again);
    }
    const kept = refusedBy ? await matcher.decideFor(tx, { person, job: refusedBy }, now) : null;
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
      until: soonest(endsAt, hours.again),
      endsAt,
    };
  }

  async function mayLeave(
    tx: Transaction,
    fence: Fence,
    { person, badge }: { person: string | null; badge: string },
    now: Date,
  ): Promise<Decided> {
    if (person === null) return allowed(null, null);
    const again = now.getTime() + PLACE_MS;
    const hours = await hoursOf(tx, fence, now);
    if (!hours.inside) return allowed(hours.turnsAt, hours.again);
    const notConcerned = allowed(null, now.getTime() + CONCERNED_MS);
    const left: Decided = {
      allowed: false,
      codes: ['left-place'],
      reasons: [{ code: 'left-place', about: null }],
      matchId: null,
      until: soonest(again, hours.turnsAt),
      endsAt: hours.turnsAt,
    };
    if (fence.assigned) {
      const until = await assignedUntil(tx, person, fence.areaId, now);
      return until === null ? notConcerned : left;
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
    if (posts.length === 0) return notConcerned;
    // In another area of the post they are at the post.
    const at = await areasOfBadge(tx, badge);
    const others = posts.flatMap(({ areas }) => areas).filter((one) => one !== fence.areaId);
    return at.some((one) => others.includes(one)) ? allowed(null, again) : left;
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
