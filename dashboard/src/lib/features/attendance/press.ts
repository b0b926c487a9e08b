import { type Copied, withCopy } from '$lib/api/offline-copy.ts';
import { clockTime } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import type { OutboxEntry } from '$lib/outbox/entry.ts';
import { clockIn, type OwnAttendance, readOwn } from './attendance-api.ts';

export type Direction = 'in' | 'out';

/** A press of the button, as it waits in the outbox. */
export interface Press {
  kind: 'clock';
  direction: Direction;
  /** By the clock of the phone, ISO 8601. */
  pressedAt: string;
  place: { latitude: number; longitude: number; accuracy: number } | null;
}

/** Two presses within this are one, ms: the button rests for so long. */
export const REST_MS = 60_000;
/** Without the place after this the press goes without it, ms. */
const PLACE_MS = 4_000;

/** Whether an entry of the outbox is a press, and no report. */
export const isPress = (report: unknown): report is Press =>
  typeof report === 'object' && report !== null && (report as Partial<Press>).kind === 'clock';

/** Sends a press; the same one again does nothing. @returns its time, as a receipt. */
export async function sendPress(id: string, press: Press): Promise<{ no: string }> {
  const { direction, pressedAt, place } = press;
  const sentAt = new Date().toISOString();
  const answer = await clockIn({ id, direction, pressedAt, sentAt, ...(place ? { place } : {}) });
  return { no: clockTime(answer.at, i18n.locale) };
}

/** Own attendance, and a copy of it for as long as the session lasts; the copy holds no past days. */
export const readOwnWithCopy: () => Promise<Copied<OwnAttendance>> = withCopy(
  'my-attendance',
  () => readOwn({}),
  (own) => ({ ...own, days: own.days.slice(0, 1), corrections: [] }),
);

/** What is known of the person now: by the API, and by presses that wait. */
export interface Standing {
  present: boolean;
  /** The newest press of this phone; null without one of today. */
  last: { direction: Direction; at: number; state: OutboxEntry['state'] } | null;
  /** The button rests until then, ms since the epoch. */
  restsUntil: number;
}

/**
 * Whether the person is in, as the API said it and as presses say since.
 *
 * @param known when the API said it, ms since the epoch; null before its first answer.
 */
export function standingOf(
  own: { present: boolean } | null,
  known: number | null,
  entries: readonly OutboxEntry[],
): Standing {
  const presses = entries.flatMap(({ report, state, sentAt }) =>
    isPress(report) && state !== 'refused'
      ? [{ direction: report.direction, at: Date.parse(report.pressedAt), state, sentAt }]
      : [],
  );
  const last = presses.sort((a, b) => a.at - b.at).at(-1) ?? null;
  // The API knew of those that were sent before it answered.
  const isNewer = last !== null && (known === null || last.sentAt === null || last.sentAt >= known);
  return {
    present: isNewer ? last.direction === 'in' : (own?.present ?? false),
    last: last && { direction: last.direction, at: last.at, state: last.state },
    restsUntil: last === null ? 0 : last.at + REST_MS,
  };
}

/** Where the phone is; null where it does not say so in time. */
export function placeOfPhone(): Promise<Press['place']> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) {
      resolve(null);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => resolve({ latitude, longitude, accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: PLACE_MS, maximumAge: 30_000 },
    );
    setTimeout(() => resolve(null), PLACE_MS + 500);
  });
}
