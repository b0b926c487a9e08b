import { slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { createCorrections } from './corrections.ts';
import type { createDayList } from './list.ts';
import type { createOwn } from './own.ts';
import * as schema from './schema.ts';
import type { createSettings } from './settings.ts';

export interface AttendanceServices extends Pick<Platform, 'units'> {
  own: ReturnType<typeof createOwn>;
  corrections: ReturnType<typeof createCorrections>;
  days: ReturnType<typeof createDayList>;
  settings: ReturnType<typeof createSettings>;
}

/** Clocking in, own attendance, that of others, requests and settings. */
export function registerAttendance(app: App, services: AttendanceServices): void {
  registerOwn(app, services);
  registerOthers(app, services);
}

function registerOwn(app: App, { units, own, corrections }: AttendanceServices): void {
  const route = routesOf(app, 'attendance');
  route.get('/me/attendance', {
    permission: 'self',
    operationId: 'getOwnAttendance',
    summary: 'The attendance of this person in a month, and whether they are in now',
    query: schema.ownQuery,
    answer: schema.ownAttendance,
    problems: [409],
    handle: ({ user, query }) => own.month(user, query.month),
  });
  route.post('/me/clock-events', {
    permission: 'self',
    operationId: 'clockIn',
    summary: 'Clocks this person in or out',
    description:
      'The phone makes the id, so the same press can be sent again. A clock that is off is flagged, not refused.',
    body: schema.pressBody,
    answer: schema.pressAnswer,
    created: schema.pressAnswer,
    problems: [409, 422],
    async handle({ user, body, reply }) {
      const answer = await own.press(user, body);
      reply.code(answer.repeated ? 200 : 201);
      return answer;
    },
  });
  route.post('/me/attendance/corrections', {
    permission: 'self',
    operationId: 'askForClockEvent',
    summary: 'Asks for a missing clock event to be added',
    body: schema.correctionBody,
    created: schema.correctionSchema,
    problems: [409, 422],
    async handle({ user, body }) {
      const { person } = await units.run(user, ({ tx }) => own.selfOf(tx, user));
      return corrections.ask(user, person, body);
    },
  });
  route.delete('/me/attendance/corrections/:id', {
    permission: 'self',
    operationId: 'withdrawClockCorrection',
    summary: 'Withdraws an own request that is not decided yet',
    problems: [409],
    handle: ({ user, params }) => corrections.withdraw(user, params.id),
  });
}

function registerOthers(app: App, { corrections, days, settings }: AttendanceServices): void {
  const route = routesOf(app, 'attendance');
  route.get('/attendance/days', {
    permission: 'attendance:read',
    operationId: 'listAttendance',
    summary: 'Lists who was in on a day, who did not clock in, and what is missing',
    query: schema.dayQuery,
    answer: schema.dayPage,
    handle: ({ user, query }) => days.list(user, query),
  });
  route.get('/attendance/days/export', {
    permission: 'attendance:read',
    operationId: 'exportAttendance',
    summary: 'The attendance of a day as a spreadsheet',
    query: schema.dayExport,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await days.export(user, query)),
  });
  route.get('/attendance/people/:person', {
    permission: 'attendance:read',
    operationId: 'getPersonAttendance',
    summary: 'The day of a person with its clock events, and what they rest on',
    params: z.object({ person: ulid }),
    query: schema.personDayQuery,
    answer: schema.personDay,
    handle: ({ user, params, query }) => days.ofPerson(user, params.person, query.day),
  });
  route.get('/attendance/corrections', {
    permission: 'attendance:read',
    operationId: 'listClockCorrections',
    summary: 'Lists requests for missing clock events, newest first',
    query: schema.correctionQuery,
    answer: schema.correctionPage,
    handle: ({ user, query }) => corrections.list(user, query),
  });
  route.get('/attendance/corrections/:id', {
    permission: 'attendance:read',
    operationId: 'getClockCorrection',
    summary: 'Reads a request for a missing clock event',
    answer: schema.correctionSchema,
    handle: ({ user, params }) => corrections.get(user, params.id),
  });
  route.post('/attendance/corrections/:id/decision', {
    permission: 'attendance:decide',
    operationId: 'decideClockCorrection',
    summary: 'Adds the missing clock event, or refuses it with a reason',
    description: 'No person decides their own request.',
    body: schema.decideBody,
    answer: schema.correctionSchema,
    problems: [409],
    handle: ({ user, params, body }) => corrections.decide(user, params.id, body),
  });
  route.get('/attendance/settings', {
    permission: 'attendance:manage',
    operationId: 'listAttendanceSettings',
    summary: 'Lists how people clock in at each site',
    answer: schema.settingList,
    handle: ({ user }) => settings.list(user),
  });
  route.put('/attendance/settings/:site', {
    permission: 'attendance:manage',
    operationId: 'setAttendanceSetting',
    summary: 'Sets how people clock in at a site',
    params: z.object({ site: slug }),
    body: schema.settingBody,
    answer: schema.settingSchema,
    handle: ({ user, params, body }) => settings.save(user, params.site, body),
  });
}
