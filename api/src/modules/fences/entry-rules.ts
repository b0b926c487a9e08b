import type { Prisma } from '../../generated/prisma/client.ts';
import type { Calendar } from '../../platform/calendar/calendar.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { armingStateOf } from '../arming/state.ts';
import type { MatchJob } from '../match/input.ts';
import { noRequirements } from '../match/jobs.ts';
import type { Hours } from './schema.ts';

/** What a fence adds to the requirements of its area. */
export type EntryRule = Pick<Prisma.AreaFenceModel, 'areaId' | 'posts' | 'permit' | 'matched'> & {
  hours: Hours | null;
};

/** The entry fences in use, of all areas. */
export async function readEntryRules(tx: Transaction): Promise<EntryRule[]> {
  const rows = await tx.areaFence.findMany({
    where: { kind: 'entry', active: true },
    select: { areaId: true, posts: true, permit: true, matched: true, hours: true },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ hours, ...rule }) => ({ ...rule, hours: hours as Hours | null }));
}

/**
 * What a fence asks of people who enter: all of these jobs have to be allowed. Posts and permit of the fence are required
 * beside those of the area.
 *
 * @param ofArea what the register of requirements asks for the area; not used by a fence that is not matched.
 */
export function jobsOfFence(
  { areaId, posts, permit, matched }: Omit<EntryRule, 'hours'>,
  ofArea: MatchJob | null,
): MatchJob[] {
  const own = { ...noRequirements, id: `area:${areaId}`, area: areaId, posts, permit };
  if (!matched || !ofArea) return [own];
  const isJoined =
    (posts.length === 0 || ofArea.posts.length === 0) &&
    (permit === null || ofArea.permit === null);
  return isJoined
    ? [{ ...ofArea, posts: [...ofArea.posts, ...posts], permit: permit ?? ofArea.permit }]
    : [ofArea, own];
}

/** Whether an instant is within hours, and until when that holds, ms; null where it does not change within two weeks. */
export function withinHours(
  hours: Hours,
  calendar: Calendar,
  now: Date,
): { inside: boolean; until: number | null } {
  const { armed, until } = armingStateOf(hours, null, { now, calendar, permits: [] });
  return { inside: armed, until: until === null ? null : Date.parse(until) };
}
