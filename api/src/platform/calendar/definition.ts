import { bilingual } from '@anshi/contracts';
import { IANAZone } from 'luxon';
import { z } from 'zod';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be HH:MM, up to 24:00');

/** Hours of one day, such as 08:00-12:00 and 13:00-17:00; none for a day off. */
const hours = z
  .array(z.tuple([time, time]))
  .max(8)
  .refine(
    (list) => list.every(([from, to], at) => from < to && (at === 0 || list[at - 1]![1] <= from)),
    'must be in order, each ending after it begins and before the next begins; a shift over midnight is two: up to 24:00, and from 00:00 on the next day',
  );
export type Hours = z.infer<typeof hours>;

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A company's working time: the base of "working hours" and "working days" of a time limit. */
export const workingCalendar = z
  .object({
    timeZone: z
      .string()
      .max(64)
      .refine((zone) => IANAZone.isValidZone(zone), 'must be a zone such as Asia/Shanghai')
      .nullable()
      .describe('Null for that of the installation (ANSHI_TIME_ZONE).'),
    week: z
      .strictObject(
        Object.fromEntries(weekdays.map((day) => [day, hours])) as Record<
          (typeof weekdays)[number],
          typeof hours
        >,
      )
      .refine(
        (week) => Object.values(week).some((list) => list.length > 0),
        'must have hours on some day',
      ),
    statutory: z
      .enum(['cn', 'none'])
      .describe('cn: statutory holidays and shifted workdays of mainland China.'),
    exceptions: z
      .array(
        z.object({
          date: z.iso.date(),
          name: bilingual,
          hours: hours.describe('None for a day off; else the hours of that day.'),
        }),
      )
      .max(2_000)
      .refine(
        (list) => new Set(list.map(({ date }) => date)).size === list.length,
        'must name each date once',
      ),
  })
  .meta({ id: 'WorkingCalendar' });
export type WorkingCalendar = z.infer<typeof workingCalendar>;

const office: Hours = [
  ['08:00', '12:00'],
  ['13:00', '17:00'],
];

/** The default calendar of a tenant: five days of eight hours. */
export const usualCalendar: WorkingCalendar = {
  timeZone: null,
  week: { mon: office, tue: office, wed: office, thu: office, fri: office, sat: [], sun: [] },
  statutory: 'cn',
  exceptions: [],
};

/** Hours of an ISO weekday, 1 for Monday. */
export const hoursOfWeekday = (week: WorkingCalendar['week'], weekday: number): Hours =>
  week[weekdays[weekday - 1] as (typeof weekdays)[number]];
