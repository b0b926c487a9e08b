import { clockTime } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { listOutages, type Outage } from './device-health-api.ts';
import { words } from './i18n.ts';
import { causeText } from './texts.ts';

/** What was not watched shortly before or after concerns an incident, too. */
const AROUND_MS = 10 * 60_000;
const MOST_CAMERAS = 15;
/** Their pictures went on. */
const WITH_PICTURES: readonly Outage['fault'][] = ['delayed', 'network'];

/** The times around an incident in which its cameras showed nothing of use. */
export async function findNotWatched(
  cameras: readonly string[],
  from: string,
  to: string,
): Promise<Outage[]> {
  if (cameras.length === 0) return [];
  const { items } = await listOutages({
    kind: 'camera',
    subject: cameras.slice(0, MOST_CAMERAS).join(','),
    from: new Date(Date.parse(from) - AROUND_MS).toISOString(),
    to: new Date(Date.parse(to) + AROUND_MS).toISOString(),
    limit: 20,
  });
  return items.filter(({ fault }) => !WITH_PICTURES.includes(fault));
}

/** A time in which a camera was not watched, for an axis of time. */
export interface UnwatchedSpan {
  id: string;
  camera: string;
  /** Milliseconds since the epoch; the end of one that lasts is infinite. */
  from: number;
  to: number;
  /** With camera, times and reason. */
  text: string;
  href: string;
}

/** Such as `Hall, west not watched 10:02–10:19`; with seconds where it is within a minute. */
export function spanText({ name, begunAt, endedAt }: Outage): string {
  const [from, to] = [begunAt, endedAt].map((at) => at && clockTime(at, i18n.locale));
  const isShort = from?.slice(0, 5) === to?.slice(0, 5);
  const shown = (time: string) => (isShort ? time : time.slice(0, 5));
  return words.t.notWatchedSpan(i18n.name(name), shown(from ?? ''), to ? shown(to) : words.t.until);
}

/** Why it was not watched; '' where that is not known. */
export const spanReason = (one: Outage): string =>
  one.fault === 'offline' ? causeText(one.cause) : words.t.faults[one.fault];

export const spanHref = ({ kind, subject }: Outage): string => `/device-health/${kind}/${subject}`;

export const spansOf = (outages: readonly Outage[]): UnwatchedSpan[] =>
  outages.map((one) => ({
    id: one.id,
    camera: one.subject,
    from: Date.parse(one.begunAt),
    to: one.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(one.endedAt),
    text: [spanText(one), spanReason(one)].filter(Boolean).join(' · '),
    href: spanHref(one),
  }));

/** The part of a span that lies between two instants, as shares of the time between them; null for none. */
export function shareOf(
  span: Pick<UnwatchedSpan, 'from' | 'to'>,
  from: number,
  to: number,
): { from: number; to: number } | null {
  const [begin, end] = [Math.max(span.from, from), Math.min(span.to, to)];
  if (end <= begin || to <= from) return null;
  return { from: (begin - from) / (to - from), to: (end - from) / (to - from) };
}
