import { DateTime } from 'luxon';

export const sources = ['app', 'position', 'import', 'correction'] as const;
export type Source = (typeof sources)[number];
export type Direction = 'in' | 'out';

/** A clock event as days are made of it. */
export interface Clocked {
  readonly id: string;
  /** Ms since the epoch. */
  readonly at: number;
  /** Null: the machine does not say. */
  readonly direction: Direction | null;
  readonly source: Source;
  readonly site: string;
  readonly flagged: boolean;
}

/** What days depend on, of a site. */
export interface SiteClock {
  /** IANA name. */
  readonly zone: string;
  /** Punches without a direction belong to the day that begins then, minutes after midnight. */
  readonly dayStarts: number;
}

/** The attendance of a person on a day. Times are ms since the epoch. */
export interface DerivedDay {
  /** As the site of the first event counts it. */
  readonly day: string;
  readonly site: string;
  readonly firstIn: number | null;
  readonly lastOut: number | null;
  /** The person did not clock out: the last event of that stay. */
  readonly openSince: number | null;
  readonly presentMs: number;
  readonly missingIn: number;
  readonly missingOut: number;
  readonly breaks: readonly { from: number; until: number }[];
  readonly sources: readonly Source[];
  /** Directions were assumed, as a machine did not say them. */
  readonly assumed: boolean;
  readonly flagged: boolean;
  readonly events: readonly string[];
}

/** A stay without events for this long has ended, ms; longer than any shift. */
export const LONGEST_MS = 16 * 3_600_000;
/** Two events of one direction within this are one passage: at the gate, and at the machine behind it, ms. */
const SAME_PASSAGE_MS = 30 * 60_000;
/** Two events of one direction from different sources within this are one passage: badge and phone, ms. */
const OTHER_SOURCE_MS = 6 * 3_600_000;
/** Two presses within this are one, ms. */
export const DOUBLE_MS = 60_000;

interface Resolved extends Clocked {
  readonly direction: Direction;
  readonly isAssumed: boolean;
}

/** From an event in to an event out; either may be missing. */
interface Stay {
  in: Resolved | null;
  out: Resolved | null;
  all: Clocked[];
}

/**
 * Makes the attendance of days of the clock events of one person. Pure: the same events give the same days, in whatever
 * order they arrived.
 *
 * A stay belongs to the day on which it begins, over midnight too. One person who is seen in several ways has one
 * stay: an event in during a stay belongs to it within half an hour of the last one, or within six hours where another
 * source gave it, and so does an event out after one. Otherwise one was missed.
 *
 * @param clockOf the time zone of a site, and when its days begin.
 */
export function deriveDays(
  events: readonly Clocked[],
  clockOf: (site: string) => SiteClock,
): DerivedDay[] {
  const stays = staysOf(resolve([...events].sort(inOrder), clockOf));
  const days = new Map<string, Stay[]>();
  for (const stay of stays) {
    const first = stay.all[0] as Clocked;
    const day = dayOf(first.at, clockOf(first.site).zone);
    days.set(day, [...(days.get(day) ?? []), stay]);
  }
  return [...days].map(([day, own]) => summary(day, own));
}

const inOrder = (a: Clocked, b: Clocked): number => a.at - b.at || (a.id < b.id ? -1 : 1);

/** The calendar day of an instant in a time zone. */
export const dayOf = (at: number, zone: string): string =>
  DateTime.fromMillis(at, { zone }).toISODate() as string;

/**
 * Gives punches without a direction one: in turn in and out, beginning with in, within a day of the site. Of two within a
 * minute the second is left out of the count.
 */
function resolve(
  events: readonly Clocked[],
  clockOf: (site: string) => SiteClock,
): (Resolved | Clocked)[] {
  let group = '';
  let next: Direction = 'in';
  let last = Number.NEGATIVE_INFINITY;
  return events.map((event) => {
    if (event.direction !== null) {
      return { ...event, direction: event.direction, isAssumed: false };
    }
    const { zone, dayStarts } = clockOf(event.site);
    const own = DateTime.fromMillis(event.at, { zone }).minus({ minutes: dayStarts }).toISODate();
    if (own !== group) {
      group = own as string;
      next = 'in';
    } else if (event.at - last < DOUBLE_MS) return event;
    last = event.at;
    const direction = next;
    next = direction === 'in' ? 'out' : 'in';
    return { ...event, direction, isAssumed: true };
  });
}

function staysOf(events: readonly (Resolved | Clocked)[]): Stay[] {
  const stays: Stay[] = [];
  for (const event of events) {
    const stay = stays.at(-1);
    if (!isResolved(event)) {
      // It follows the punch that it repeats.
      if (stay) stay.all.push(event);
      continue;
    }
    if (stay && belongs(stay, event)) {
      stay.all.push(event);
      if (event.direction === 'out') stay.out = event;
    } else {
      const isIn = event.direction === 'in';
      stays.push({ in: isIn ? event : null, out: isIn ? null : event, all: [event] });
    }
  }
  return stays;
}

const isResolved = (event: Resolved | Clocked): event is Resolved => event.direction !== null;

/** Whether an event belongs to the stay before it. */
function belongs(stay: Stay, event: Resolved): boolean {
  const last = stay.all.at(-1) as Clocked;
  if (event.at - last.at > LONGEST_MS) return false;
  if (event.direction === 'in' && stay.out !== null) return false;
  if (event.direction === 'out' && stay.out === null) return true;
  const same = stay.all.filter(({ direction }) => direction === event.direction);
  const passage = same.at(-1);
  if (!passage) return false;
  if (event.at - passage.at <= SAME_PASSAGE_MS) return true;
  const isOther = same.every(({ source }) => source !== event.source);
  return isOther && event.at - passage.at <= OTHER_SOURCE_MS;
}

function summary(day: string, stays: readonly Stay[]): DerivedDay {
  const all = stays.flatMap((stay) => stay.all);
  const last = stays.at(-1) as Stay;
  const isOpen = last.out === null;
  const whole = stays.flatMap((stay) => (stay.in && stay.out ? [[stay.in.at, stay.out.at]] : []));
  const breaks = stays.slice(1).flatMap((stay, n) => {
    const from = stays[n]?.out?.at;
    return from !== undefined && stay.in ? [{ from, until: stay.in.at }] : [];
  });
  return {
    day,
    site: (all[0] as Clocked).site,
    firstIn: stays.find((stay) => stay.in)?.in?.at ?? null,
    lastOut: stays.findLast((stay) => stay.out)?.out?.at ?? null,
    openSince: isOpen ? (last.all.at(-1) as Clocked).at : null,
    presentMs: whole.reduce((sum, [from = 0, until = 0]) => sum + until - from, 0),
    missingIn: stays.filter((stay) => stay.in === null).length,
    missingOut: stays.slice(0, -1).filter((stay) => stay.out === null).length,
    breaks,
    sources: sources.filter((source) => all.some((one) => one.source === source)),
    assumed: all.some((one) => 'isAssumed' in one && one.isAssumed === true),
    flagged: all.some((one) => one.flagged),
    events: all.map(({ id }) => id),
  };
}
