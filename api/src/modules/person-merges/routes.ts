import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { DistinctMarks } from './distinct.ts';
import * as schema from './schema.ts';
import type { PersonMerges } from './service.ts';

/** Joining two files of one person, and marks of pairs that are two people. */
export function registerPersonMerges(app: App, merges: PersonMerges, marks: DistinctMarks): void {
  const route = routesOf(app, 'person merges');
  const permission = 'person:merge';
  route.get('/person-merges/candidates', {
    permission,
    operationId: 'listPersonDoubles',
    summary: 'Lists files that may be of one person, with the reasons',
    answer: schema.candidateList,
    handle: ({ user }) => merges.candidates(user),
  });
  route.post('/person-merges/preview', {
    permission,
    operationId: 'previewPersonMerge',
    summary: 'Shows both files side by side and what would move; changes nothing',
    body: schema.mergePreviewRequest,
    answer: schema.mergePreview,
    problems: [409, 422],
    handle: ({ user, body }) => merges.preview(user, body),
  });
  route.post('/person-merges', {
    permission,
    operationId: 'mergePersons',
    summary: 'Joins two files of one person',
    body: schema.mergeRequest,
    created: schema.mergeSchema,
    problems: [409, 422],
    handle: ({ user, body }) => merges.make(user, body),
  });
  route.get('/person-merges', {
    permission,
    operationId: 'listPersonMerges',
    summary: 'Lists files that were joined, the newest first',
    query: schema.mergeQuery,
    answer: schema.mergePage,
    handle: ({ user, query }) => merges.list(user, query),
  });
  route.get('/person-merges/distinct', {
    permission,
    operationId: 'listPersonDistinct',
    summary: 'Lists pairs of files that were marked as two people, the newest first',
    query: schema.distinctQuery,
    answer: schema.distinctPage,
    handle: ({ user, query }) => marks.list(user, query),
  });
  route.post('/person-merges/distinct', {
    permission,
    operationId: 'markPersonDistinct',
    summary: 'Marks two files as of two people: they are not listed as doubles again',
    body: schema.distinctRequest,
    created: schema.distinctSchema,
    problems: [409, 422],
    handle: ({ user, body }) => marks.mark(user, body),
  });
  route.post('/person-merges/distinct/:id/end', {
    permission,
    operationId: 'endPersonDistinct',
    summary: 'Takes back that two files are of two people',
    answer: schema.distinctSchema,
    handle: ({ user, params }) => marks.end(user, params.id),
  });
  route.get('/person-merges/:id/undo', {
    permission,
    operationId: 'previewPersonMergeUndo',
    summary: 'Shows what would move back, and what changed since; changes nothing',
    answer: schema.undoPreview,
    problems: [409],
    handle: ({ user, params }) => merges.previewUndo(user, params.id),
  });
  route.post('/person-merges/:id/undo', {
    permission,
    operationId: 'undoPersonMerge',
    summary: 'Parts two files again: what moved and did not change moves back',
    body: schema.undoRequest,
    answer: schema.mergeSchema,
    problems: [409],
    handle: ({ user, params, body }) => merges.undo(user, params.id, body),
  });
}
