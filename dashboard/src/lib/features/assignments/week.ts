import type { Board, JobRow } from './assignments-api.ts';

/** A row of the board: a machine, or an area. */
export interface PlaceRow {
  id: string;
  name: JobRow['machine'];
  area: JobRow['area'];
  /** The jobs of each day, Monday first. A job that goes on past midnight is on both days. */
  days: JobRow[][];
}

/** Jobs by place and day. Places without a job in the week are left out. */
export function placeRows({ items, days }: Pick<Board, 'items' | 'days'>): PlaceRow[] {
  const rows = new Map<string, PlaceRow>();
  for (const job of items) {
    const id = job.machine ? `machine:${job.machine.id}` : `area:${job.area?.id ?? ''}`;
    const row = rows.get(id) ?? { id, name: job.machine, area: job.area, days: days.map(() => []) };
    rows.set(id, row);
    for (const [n, day] of days.entries()) if (isOn(job, day)) row.days[n]?.push(job);
  }
  return [...rows.values()].sort(
    (a, b) => (a.area?.id ?? '').localeCompare(b.area?.id ?? '') || a.id.localeCompare(b.id),
  );
}

/** Whether a job goes on at some time of a day. */
export const isOn = (
  job: Pick<JobRow, 'from' | 'until'>,
  day: Pick<Board['days'][number], 'from' | 'until'>,
): boolean => job.from < day.until && job.until > day.from;

/** The day so many days later, `2026-11-30`. */
export function dayAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** An instant as the value of a `datetime-local` field, by the clock of a time zone. */
export function toLocal(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(instant));
  const of = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/**
 * The instant of a `datetime-local` value by the clock of a time zone. A time that a clock change leaves out is that of the
 * clock before it.
 *
 * @returns RFC 3339; '' for a value that is none.
 */
export function fromLocal(value: string, timeZone: string): string {
  const asUtc = Date.parse(`${value}Z`);
  if (Number.isNaN(asUtc)) return '';
  const offsetAt = (at: number) =>
    Date.parse(`${toLocal(new Date(at).toISOString(), timeZone)}Z`) -
    Math.floor(at / 60_000) * 60_000;
  const first = asUtc - offsetAt(asUtc);
  return new Date(asUtc - offsetAt(first)).toISOString();
}
