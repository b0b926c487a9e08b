import type { ArmedByApi, ArmingState } from '@anshi/contracts';
import { DateTime } from 'luxon';
import type { Calendar } from '../../platform/calendar/calendar.ts';
import type { PermitInArea } from '../permits/in-areas.ts';

/** What is known when a state is computed. */
export interface ArmingKnown {
  readonly now: Date;
  readonly calendar: Calendar;
  /** As `permitsInAreas` gives them; none while the module is off. */
  readonly permits: readonly PermitInArea[];
}

/** A span of time, ms since the epoch. */
type Span = readonly [from: number, to: number];

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** A change that is further away is not told. */
const AHEAD_DAYS = 14;

/**
 * Whether something is armed now, why, and until when.
 *
 * @param area the area of the zone; null where it names none.
 */
export function armingStateOf(
  when: ArmedByApi,
  area: string | null,
  known: ArmingKnown,
): Omit<ArmingState, 'rule'> {
  if (when.by === 'permit') return byPermit(when, when.area ?? area, known);
  const { now, calendar } = known;
  const spans = when.by === 'shift' ? shiftSpans(when, calendar, now) : workingSpans(calendar, now);
  const { inside, since, until } = at(spans, now.getTime());
  const isShift = when.by === 'shift';
  return {
    by: when.by,
    armed: isShift || when.while === 'working' ? inside : !inside,
    cause: isShift ? (inside ? 'in-shift' : 'out-of-shift') : inside ? 'working' : 'resting',
    permit: null,
    since,
    until,
  };
}

function byPermit(
  when: Extract<ArmedByApi, { by: 'permit' }>,
  area: string | null,
  { permits }: ArmingKnown,
): Omit<ArmingState, 'rule'> {
  const counted = permits.filter(
    (one) => one.area === area && (when.kinds === undefined || when.kinds.includes(one.kind)),
  );
  const holding = counted.filter(({ holds }) => holds);
  if (holding.length > 0) {
    // The last of them to end decides until when; the first that began, since when.
    const last = holding.reduce((a, b) => (b.to > a.to ? b : a));
    const first = holding.reduce((a, b) => (b.since < a.since ? b : a));
    return {
      by: 'permit',
      armed: when.while === 'active',
      cause: 'permit-active',
      permit: last.id,
      since: first.since.toISOString(),
      until: last.to.toISOString(),
    };
  }
  const [over] = [...counted].sort((a, b) => b.since.getTime() - a.since.getTime());
  const causes = { suspended: 'permit-suspended', cancelled: 'permit-revoked' } as const;
  return {
    by: 'permit',
    armed: when.while === 'none',
    cause: over ? (causes[over.state as keyof typeof causes] ?? 'permit-ended') : 'permit-none',
    permit: over?.id ?? null,
    since: over?.since.toISOString() ?? null,
    until: null,
  };
}

/** Where a moment lies among spans that are in order. */
function at(spans: readonly Span[], now: number) {
  const instant = (ms: number | undefined) =>
    ms === undefined ? null : new Date(ms).toISOString();
  const span = spans.find(([from, to]) => from <= now && now < to);
  if (span) return { inside: true, since: instant(span[0]), until: instant(span[1]) };
  return {
    inside: false,
    since: instant(spans.findLast(([, to]) => to <= now)?.[1]),
    until: instant(spans.find(([from]) => from > now)?.[0]),
  };
}

/** Joins spans that touch. */
function joined(spans: readonly Span[]): Span[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

const daysAround = (now: Date, zone: string): DateTime<boolean>[] => {
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  return Array.from({ length: AHEAD_DAYS + 2 }, (_, n) => today.plus({ days: n - 1 }));
};

/** The instant of a time of day; 24:00 is the beginning of the next day. */
function timeOf(day: DateTime<boolean>, time: string): number {
  const [hour, minute] = [Number(time.slice(0, 2)), Number(time.slice(3))];
  if (hour === 24) return day.plus({ days: 1 }).startOf('day').toMillis();
  return day.set({ hour, minute }).toMillis();
}

function shiftSpans(
  { from, to, days }: Extract<ArmedByApi, { by: 'shift' }>,
  { zone }: Calendar,
  now: Date,
): Span[] {
  const spans = daysAround(now, zone).flatMap((day): Span[] => {
    const name = WEEKDAYS[day.weekday - 1];
    if (days && !(days as readonly string[]).includes(name as string)) return [];
    const end = to > from ? day : day.plus({ days: 1 });
    return [[timeOf(day, from), timeOf(end, to)]];
  });
  return joined(spans);
}

function workingSpans(calendar: Calendar, now: Date): Span[] {
  const spans = daysAround(now, calendar.zone).flatMap((day): Span[] =>
    calendar
      .hoursOn(day.toISODate() as string)
      .map(([from, to]): Span => [timeOf(day, from), timeOf(day, to)])
      .filter(([from, to]) => from < to),
  );
  return joined(spans);
}
