import { z } from 'zod';
import type { App, Module } from '../http/app-types.ts';
import {
  exportAnswer,
  exportQuery,
  sendMade,
  sheetQuery,
  workbookAnswer,
} from '../kit/list-export.ts';
import { routesOf } from '../kit/routes.ts';
import type { SetScans } from './scans/set.ts';
import * as schema from './schema.ts';
import type { ImportsService } from './service.ts';

/** Imports of spreadsheets. Each kind needs the permission of the same work by hand. */
export const importsModule = (imports: ImportsService, setScans: SetScans): Module => ({
  name: 'imports',
  register: (app: App) => registerImports(app, imports, setScans),
});

function registerImports(app: App, imports: ImportsService, setScans: SetScans): void {
  const route = routesOf(app, 'imports');
  // Which permission is needed depends on the kind.
  const permission = 'self' as const;
  route.get('/import-kinds', {
    permission,
    operationId: 'listImportKinds',
    summary: 'Lists what the caller may import, with the columns of each kind',
    answer: schema.kindsSchema,
    handle: ({ user }) => imports.kinds(user),
  });
  route.get('/import-kinds/:id/template', {
    permission,
    operationId: 'readImportTemplate',
    summary:
      'Makes an empty workbook with the columns of a kind, and the names that cells may have',
    params: schema.kindParams,
    query: z.strictObject(sheetQuery),
    file: workbookAnswer,
    handle: async ({ user, params, query, reply }) =>
      sendMade(reply, await imports.template(user, params.id, query.lang)),
  });
  route.get('/imports', {
    permission,
    operationId: 'listImports',
    summary:
      'Lists imports, the newest first: those of the caller, and of kinds that they may write everywhere',
    query: schema.importQuery,
    answer: schema.importPage,
    handle: ({ user, query }) => imports.list(user, query),
  });
  route.post('/imports', {
    permission,
    operationId: 'createImport',
    summary: 'Begins an import with an uploaded file',
    description: 'The file is looked at, and nothing is saved of it. Upload it by /uploads before.',
    body: schema.importInput,
    created: schema.importSchema,
    problems: [404, 409, 422],
    handle: ({ user, body }) => imports.create(user, body),
  });
  route.get('/imports/:id', {
    permission,
    operationId: 'getImport',
    summary: 'Reads how far an import is',
    answer: schema.importSchema,
    handle: ({ user, params }) => imports.get(user, params.id),
  });
  route.delete('/imports/:id', {
    permission,
    operationId: 'removeImport',
    summary: 'Removes an import of which nothing is saved, with its file',
    problems: [409],
    handle: ({ user, params }) => imports.remove(user, params.id),
  });
  route.get('/imports/:id/head', {
    permission,
    operationId: 'getImportHead',
    summary: 'Reads the first rows of the file, and which columns they seem to be',
    query: schema.headQuery,
    answer: schema.headSchema,
    problems: [409, 422],
    handle: ({ user, params, query }) => imports.head(user, params.id, query),
  });
  route.put('/imports/:id/scans', {
    permission,
    operationId: 'setImportScans',
    summary: 'Adds an archive of scans to an import, or removes it',
    description:
      'A zip of PDF, JPG and PNG files that is uploaded by /uploads before, announced as application/vnd.anshi.scans+zip. The rows have to be checked again.',
    body: schema.scansRequest,
    answer: schema.importSchema,
    problems: [422],
    handle: ({ user, params, body }) => setScans(user, params.id, body),
  });
  route.post('/imports/:id/check', {
    permission,
    operationId: 'checkImport',
    summary: 'Looks at every row without saving any',
    description:
      'The work is done in the background; the assignment is remembered for the next file.',
    body: schema.checkRequest,
    accepted: schema.importSchema,
    problems: [422],
    handle: ({ user, params, body }) => imports.check(user, params.id, body),
  });
  route.post('/imports/:id/run', {
    permission,
    operationId: 'runImport',
    summary: 'Saves the good rows, or all rows or none',
    body: schema.runRequest,
    accepted: schema.importSchema,
    problems: [422],
    handle: ({ user, params, body }) => imports.run(user, params.id, body),
  });
  route.post('/imports/:id/undo', {
    permission,
    operationId: 'undoImport',
    summary: 'Takes back what nobody changed since',
    body: schema.undoRequest,
    accepted: schema.importSchema,
    handle: ({ user, params, body }) => imports.undo(user, params.id, body),
  });
  route.get('/imports/:id/rows', {
    permission,
    operationId: 'listImportRows',
    summary: 'Lists the rows with what is wrong and what to do',
    query: schema.rowQuery,
    answer: schema.rowPage,
    handle: ({ user, params, query }) => imports.rows(user, params.id, query),
  });
  route.get('/imports/:id/result', {
    permission,
    operationId: 'readImportResult',
    summary: 'Makes a file of the rows that were not taken, with what to correct',
    query: z.strictObject(exportQuery),
    file: exportAnswer,
    problems: [409, 422],
    handle: async ({ user, params, query, reply }) =>
      sendMade(reply, await imports.result(user, params.id, query.format, query.lang)),
  });
}
