import { bilingual } from '@anshi/contracts';
import { z } from 'zod';
import type { Unit, Units } from '../db/unit-of-work.ts';
import type { Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { routesOf } from '../kit/routes.ts';
import { type WorkingCalendar, workingCalendar } from './definition.ts';
import { readCalendar, saveCalendar } from './repository.ts';
import { statutoryDaysOf, statutoryUntil } from './statutory.ts';

const calendarAnswer = z
  .object({
    calendar: workingCalendar,
    version: z.number().int().describe('0 for the unchanged default.'),
    timeZone: z.string().describe('The zone that counts.'),
    statutoryUntil: z.iso
      .date()
      .describe(
        'Up to this day the holidays are as announced. After it, those count that the law itself fixes; which days are shifted for them is not known yet.',
      ),
  })
  .meta({ id: 'WorkingCalendarAnswer' });

const saveRequest = z
  .object({ calendar: workingCalendar, basedOn: z.number().int().min(0) })
  .meta({ id: 'WorkingCalendarRequest' });

const statutoryAnswer = z.object({
  items: z.array(
    z.object({
      date: z.iso.date(),
      name: bilingual,
      works: z.boolean().describe('True for a day of a weekend on which people work instead.'),
    }),
  ),
  until: z.iso.date().describe('What comes later is not announced yet.'),
});

/** @param parts.timeZone of the installation. */
export function calendarModule(parts: { units: Units; timeZone: string }): Module {
  const answer = async ({ tx }: Unit) => {
    const { calendar, version } = await readCalendar(tx);
    return { calendar, version, timeZone: calendar.timeZone ?? parts.timeZone, statutoryUntil };
  };

  async function save(unit: Unit, calendar: WorkingCalendar, basedOn: number): Promise<void> {
    const before = await readCalendar(unit.tx);
    if (!(await saveCalendar(unit.tx, unit.caller.tenant, calendar, basedOn))) {
      throw new Problem('calendar.conflict', undefined, { current: await answer(unit) });
    }
    await unit.audit({
      action: 'update',
      entity: 'calendar',
      id: 'working',
      before: before.calendar,
      after: calendar,
    });
  }

  return {
    name: 'calendar',
    register(app) {
      const route = routesOf(app, 'workflows');
      route.get('/calendar', {
        permission: 'workflow:read',
        operationId: 'getCalendar',
        summary: 'Reads when the company works',
        answer: calendarAnswer,
        handle: ({ user }) => parts.units.run(user, answer),
      });
      route.get('/calendar/statutory', {
        permission: 'workflow:read',
        operationId: 'listStatutoryDays',
        summary: 'Lists the statutory holidays and shifted workdays of a year',
        query: z.object({ year: z.coerce.number().int().min(2004).max(2100) }),
        answer: statutoryAnswer,
        handle: async ({ query }) => ({
          items: statutoryDaysOf(query.year),
          until: statutoryUntil,
        }),
      });
      route.put('/calendar', {
        permission: 'workflow:manage',
        operationId: 'saveCalendar',
        summary: 'Changes when the company works',
        description:
          'Time limits that run already stay as they were set. Where someone else was quicker, the answer is 409 with the calendar as it is in `current`.',
        body: saveRequest,
        answer: calendarAnswer,
        problems: [409],
        handle: ({ user, body }) =>
          parts.units.run(user, async (unit) => {
            await save(unit, body.calendar, body.basedOn);
            return answer(unit);
          }),
      });
    },
  };
}
