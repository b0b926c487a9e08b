/** Instants are RFC 3339 texts in UTC; they are shown in the browser's own time zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, options);
    formats.set(key, found);
  }
  return found;
}

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** 14:03:27 */
export function clockTime(
  instant: string | number | Date,
  locale: string,
  timeZone?: string,
): string {
  return format(locale, { ...clock, ...(timeZone ? { timeZone } : {}) }).format(new Date(instant));
}

/** 2026-11-25 14:03:27 in the order of the language, with seconds. */
export function dateTime(
  instant: string | number | Date,
  locale: string,
  timeZone?: string,
): string {
  return format(locale, {
    year: 'numeric',
    month: locale === 'en' ? 'short' : '2-digit',
    day: '2-digit',
    ...clock,
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(instant));
}

/** 2026-11-25 14:03 in the order of the language: for times far from today. */
export function dateMinute(instant: string, locale: string): string {
  return format(locale, {
    year: 'numeric',
    month: locale === 'en' ? 'short' : '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant));
}

/** A day of the calendar, `2026-11-25`, in the order of the language. */
export function calendarDay(day: string, locale: string): string {
  const month = locale === 'en' ? 'short' : '2-digit';
  return format(locale, { year: 'numeric', month, day: '2-digit', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** The day of an instant where the user is, as `2026-11-25`: for names of files and date fields. */
export function localDay(instant: string | Date = new Date()): string {
  const date = new Date(instant);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Today: the clock time; otherwise with month and day. */
export function listTime(instant: string, locale: string, now = Date.now()): string {
  const date = new Date(instant);
  if (date.toDateString() === new Date(now).toDateString()) return clockTime(date, locale);
  return format(locale, {
    month: locale === 'en' ? 'short' : '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(date);
}

/** To the minute. Today: 14:03; otherwise with month and day. */
export function minuteTime(instant: string, locale: string, now = Date.now()): string {
  const date = new Date(instant);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday
    ? format(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date)
    : listTime(instant, locale, now);
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 minutes ago" in the language; the largest suitable unit. A clock that is ahead reads as now. */
export function ago(instant: string, locale: string, now = Date.now()): string {
  const seconds = Math.min(0, Math.round((Date.parse(instant) - now) / 1000));
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, 'second');
}

/** Seconds as "4.2 s", "1 min 05 s" or "2 h 03 min" in the words of the language. */
export function duration(seconds: number, locale: string): string {
  const [h, m, s] = locale === 'en' ? [' h', ' min', ' s'] : [' 时', ' 分', ' 秒'];
  const safe = Math.max(0, seconds);
  if (safe < 59.95)
    return `${safe < 10 ? (Math.round(safe * 10) / 10).toFixed(1) : Math.round(safe)}${s}`;
  const whole = Math.round(safe);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3_600) return `${Math.floor(whole / 60)}${m} ${two(whole % 60)}${s}`;
  return `${Math.floor(whole / 3_600)}${h} ${two(Math.floor((whole % 3_600) / 60))}${m}`;
}

/** A duration in its largest unit only: "40 sec", "4 min", "2 hr", "3 days". */
export function roughDuration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [unit, size] = units.find(([, each]) => whole >= each) ?? (['second', 1] as const);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(
    Math.floor(whole / size),
  );
}

/** Position in a clip: 0:04.2 */
export function clipTime(seconds: number): string {
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
  const whole = Math.floor(tenths / 10);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}.${tenths % 10}`;
}
