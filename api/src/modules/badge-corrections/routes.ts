import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { BadgeCorrections } from './service.ts';

/** Corrections of who wore a badge. */
export function registerBadgeCorrections(app: App, corrections: BadgeCorrections): void {
  const route = routesOf(app, 'badge corrections');
  const permission = 'badge:correct';
  route.get('/badge-bindings', {
    permission,
    operationId: 'listBadgeBindings',
    summary: 'Lists who wore a badge, the latest first',
    query: schema.bindingQuery,
    answer: schema.bindingList,
    handle: ({ user, query }) => corrections.bindings(user, query.badge),
  });
  route.post('/badge-corrections/preview', {
    permission,
    operationId: 'previewBadgeCorrection',
    summary: 'Shows every record that would move with a correction; changes nothing',
    body: schema.previewRequest,
    answer: schema.previewSchema,
    problems: [422],
    handle: ({ user, body }) => corrections.preview(user, body),
  });
  route.post('/badge-corrections', {
    permission,
    operationId: 'correctBadge',
    summary: 'Corrects who wore a badge, and moves the records that depend on it',
    body: schema.correctionRequest,
    created: schema.correctionSchema,
    problems: [409, 422],
    handle: ({ user, body }) => corrections.make(user, body),
  });
  route.get('/badge-corrections', {
    permission,
    operationId: 'listBadgeCorrections',
    summary: 'Lists corrections of badges, the newest first',
    query: schema.correctionQuery,
    answer: schema.correctionPage,
    handle: ({ user, query }) => corrections.list(user, query),
  });
  route.get('/badge-corrections/:id/undo', {
    permission,
    operationId: 'previewBadgeCorrectionUndo',
    summary: 'Shows every record that would move back; changes nothing',
    answer: schema.previewSchema,
    problems: [409, 422],
    handle: ({ user, params }) => corrections.previewUndo(user, params.id),
  });
  route.post('/badge-corrections/:id/undo', {
    permission,
    operationId: 'undoBadgeCorrection',
    summary: 'Moves back all that depends on a correction by now',
    body: schema.undoRequest,
    answer: schema.correctionSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => corrections.undo(user, params.id, body),
  });
}
