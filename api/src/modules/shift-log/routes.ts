import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { DeskAlarms } from './desk-alarms.ts';
import * as schema from './schema.ts';
import type { ShiftLogs } from './shift-log.ts';

/** Alarms of the control room, and the log of its shifts. */
export function registerShiftLog(app: App, parts: { alarms: DeskAlarms; logs: ShiftLogs }): void {
  const { alarms, logs } = parts;
  const route = routesOf(app, 'shift-log');
  route.get('/desk-alarms', {
    permission: 'violation:read',
    operationId: 'listDeskAlarms',
    summary: 'Lists the alarms that wait for an acknowledgement',
    description: 'Incidents of the last day without a verdict that the account sees whole.',
    query: schema.deskAlarmQuery,
    answer: schema.deskAlarmList,
    handle: ({ user, query }) => alarms.open(user.account, query),
  });
  route.get('/desk-alarms/of-screen', {
    permission: 'live:watch',
    operationId: 'getScreenAlarms',
    summary: 'Says where the alarms of a screen on a wall are, and of nobody',
    answer: schema.screenAlarms,
    config: { screen: true },
    handle: ({ user }) => alarms.ofScreen(user.account),
  });
  route.post('/desk-alarms/acknowledgements', {
    permission: 'desk-alarm:acknowledge',
    operationId: 'acknowledgeDeskAlarms',
    summary: 'Acknowledges alarms: every screen falls silent for them',
    description:
      'At the severity that was seen: one that became more severe since stays open. No verdict is given by it.',
    body: schema.acknowledgeRequest,
    answer: schema.acknowledgeAnswer,
    handle: ({ user, body }) => alarms.acknowledge(user, body),
  });
  route.get('/shift-log', {
    permission: 'shift-log:read',
    operationId: 'getShiftLog',
    summary: 'Reads what stands in the log of the shift that is on',
    query: schema.shiftLogQuery,
    answer: schema.shiftLog,
    problems: [404],
    handle: ({ user, query }) => logs.now(user, query.site),
  });
  route.post('/shift-log/notes', {
    permission: 'shift-log:write',
    operationId: 'writeShiftNote',
    summary: 'Writes a note into the log of the shift',
    body: schema.noteRequest,
    created: schema.shiftNote,
    problems: [404],
    handle: ({ user, body }) => logs.note(user, body),
  });
  route.get('/shift-handovers', {
    permission: 'shift-log:read',
    operationId: 'listShiftHandovers',
    summary: 'Lists handovers of shifts, newest first',
    query: schema.handoverQuery,
    answer: schema.handoverPage,
    handle: ({ user, query }) => logs.list(user, query),
  });
  route.post('/shift-handovers', {
    permission: 'shift-log:write',
    operationId: 'giveShift',
    summary: 'Hands the shift over, with what stands in its log',
    body: schema.handoverRequest,
    created: schema.handoverSchema,
    problems: [404, 409],
    handle: ({ user, body }) => logs.give(user, body),
  });
  route.get('/shift-handovers/:id', {
    permission: 'shift-log:read',
    operationId: 'getShiftHandover',
    summary: 'Reads a handover with what stood in the log',
    answer: schema.handoverDetail,
    handle: ({ user, params }) => logs.get(user, params.id),
  });
  route.post('/shift-handovers/:id/acceptance', {
    permission: 'shift-log:write',
    operationId: 'acceptShift',
    summary: 'Accepts a handover, as another person than the one who gave it',
    body: schema.acceptanceRequest,
    answer: schema.handoverSchema,
    problems: [409],
    handle: ({ user, params, body }) => logs.accept(user, params.id, body),
  });
  route.post('/shift-handovers/:id/withdrawal', {
    permission: 'shift-log:write',
    operationId: 'withdrawShift',
    summary: 'Takes a handover back that was not accepted yet',
    answer: schema.handoverSchema,
    problems: [409],
    handle: ({ user, params }) => logs.withdraw(user, params.id),
  });
}
