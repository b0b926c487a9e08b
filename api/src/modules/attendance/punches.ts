import { DateTime } from 'luxon';
import { serialDay } from '../../platform/imports/read/serial-day.ts';
import type { Fault } from '../../platform/imports/types.ts';
import { plainDigits } from '../../platform/imports/values.ts';
import type { Direction } from './derive.ts';

/** A time of a list: with its own day, or one of the row. */
export interface Punch {
  /** `2026-11-20`; null: the day of the row. */
  readonly day: string | null;
  /** After midnight. */
  readonly seconds: number;
}

const MOST = 12;
const DAY = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/;
const NUMBER = /^\d{1,6}(?:\.\d+)?$/;
const DAY_SECONDS = 86_400;

/**
 * Reads the times of a cell: `08:01`, `08:01 12:03 17:30`, `2026-11-20 08:01:33`, or the number by which a spreadsheet keeps
 * a time.
 *
 * @returns the times in their order, or what is wrong.
 */
export function readTimes(text: string): readonly Punch[] | Fault {
  const words = plainDigits(text)
    .replace(/T(?=\d)/, ' ')
    .split(/[\s,;、，；|]+/)
    .filter((word) => word !== '');
  const punches: Punch[] = [];
  let day: string | null = null;
  for (const word of words) {
    const date = DAY.exec(word);
    if (date) {
      day = isoDay(date);
      if (day === null) return { code: 'no-such-day' };
      continue;
    }
    const punch = readTime(word, day);
    if (!punch) return { code: 'time-form' };
    punches.push(punch);
  }
  if (punches.length === 0) return { code: 'time-form' };
  return punches.length > MOST ? { code: 'times-many', params: { most: String(MOST) } } : punches;
}

function readTime(word: string, day: string | null): Punch | null {
  const clock = CLOCK.exec(word);
  if (clock) {
    const [hours, minutes, seconds] = clock.slice(1).map((part) => Number(part ?? 0));
    if ((hours ?? 0) > 23 || (minutes ?? 0) > 59 || (seconds ?? 0) > 59) return null;
    return { day, seconds: (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) };
  }
  if (!NUMBER.test(word)) return null;
  const serial = Number(word);
  const whole = Math.floor(serial);
  // A whole number is a day without a time, and no time.
  if (serial === whole) return null;
  const seconds = Math.round((serial - whole) * DAY_SECONDS);
  if (seconds >= DAY_SECONDS) return null;
  if (whole === 0) return { day, seconds };
  const own = serialDay(whole);
  return own === undefined ? null : { day: own, seconds };
}

function isoDay([, year, month, day]: RegExpExecArray): string | null {
  const read = DateTime.utc(Number(year), Number(month), Number(day));
  return read.isValid ? read.toISODate() : null;
}

/** The words of machines for in and out. */
const words: Readonly<Record<Direction, readonly string[]>> = {
  in: [
    '上班',
    '签到',
    '进',
    '入',
    '进门',
    '上班签到',
    '上班打卡',
    'in',
    'i',
    'c/in',
    'check-in',
    'check in',
  ],
  out: [
    '下班',
    '签退',
    '出',
    '离',
    '出门',
    '下班签退',
    '下班打卡',
    'out',
    'o',
    'c/out',
    'check-out',
    'check out',
  ],
};

/** @returns null for a word that says neither. */
export function readDirection(text: string): Direction | null {
  const word = plainDigits(text).trim().toLowerCase();
  if (words.in.includes(word)) return 'in';
  return words.out.includes(word) ? 'out' : null;
}

/** A punch as it is stored. */
export interface PlacedPunch {
  readonly at: Date;
  readonly direction: Direction | null;
}

/**
 * Puts the times of a row on the clock of the site. Several times of one row are in and out in turn, and one that is earlier than
 * the one before it is of the next day.
 *
 * @param zone IANA name.
 * @returns null where a time has no day.
 */
export function placePunches(
  punches: readonly Punch[],
  { day, direction, zone }: { day: string | null; direction: Direction | null; zone: string },
): PlacedPunch[] | null {
  const placed: PlacedPunch[] = [];
  let before = -1;
  let days = 0;
  for (const [n, punch] of punches.entries()) {
    const own = punch.day ?? day;
    if (own === null) return null;
    if (punch.day === null) {
      if (punch.seconds < before) days += 1;
      before = punch.seconds;
    }
    const at = DateTime.fromISO(own, { zone })
      .plus({ days: punch.day === null ? days : 0 })
      .set({
        hour: Math.floor(punch.seconds / 3600),
        minute: Math.floor((punch.seconds % 3600) / 60),
        second: punch.seconds % 60,
      });
    const turn = n % 2 === 0 ? 'in' : 'out';
    placed.push({ at: at.toJSDate(), direction: punches.length > 1 ? turn : direction });
  }
  return placed;
}
