import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createDisposals } from './disposals.ts';
import type { createLimits } from './limits.ts';
import type { createLots } from './lots.ts';
import type { createQualifications } from './qualifications.ts';
import * as schema from './schema.ts';
import type { createSupplierList } from './supplier-list.ts';
import type { Suppliers } from './suppliers.ts';

export interface SupplierServices {
  list: ReturnType<typeof createSupplierList>;
  suppliers: Suppliers;
  qualifications: ReturnType<typeof createQualifications>;
  lots: ReturnType<typeof createLots>;
  limits: ReturnType<typeof createLimits>;
  disposals: ReturnType<typeof createDisposals>;
}

/** Suppliers, their qualifications, deliveries and transfers of waste. */
export function registerSuppliers(app: App, services: SupplierServices): void {
  registerRegister(app, services);
  registerLots(app, services);
}

function registerRegister(app: App, services: SupplierServices): void {
  const route = routesOf(app, 'suppliers');
  const { list, suppliers, qualifications } = services;
  route.get('/suppliers', {
    permission: 'supplier:read',
    operationId: 'listSuppliers',
    summary: 'Lists suppliers by name',
    query: schema.listQuery,
    answer: schema.supplierPage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.get('/suppliers/export', {
    permission: 'supplier:read',
    operationId: 'exportSuppliers',
    summary: 'The list of suppliers as a spreadsheet',
    query: schema.exportListQuery,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await list.export(user, query)),
  });
  route.post('/suppliers', {
    permission: 'supplier:manage',
    operationId: 'createSupplier',
    summary: 'Enters a supplier as a candidate',
    body: schema.supplierInput,
    created: schema.supplierSchema,
    problems: [409, 422],
    handle: ({ user, body }) => suppliers.create(user, body),
  });
  route.get('/suppliers/:id', {
    permission: 'supplier:read',
    operationId: 'getSupplier',
    summary: 'Reads a supplier with its qualifications and whether it is cleared',
    answer: schema.supplierSchema,
    handle: ({ user, params }) => suppliers.get(user, params.id),
  });
  route.patch('/suppliers/:id', {
    permission: 'supplier:manage',
    operationId: 'changeSupplier',
    summary: 'Changes the data of a supplier',
    body: schema.supplierPatch,
    answer: schema.supplierSchema,
    problems: [422],
    handle: ({ user, params, body }) => suppliers.change(user, params.id, body),
  });
  route.post('/suppliers/:id/status', {
    permission: 'supplier:approve',
    operationId: 'setSupplierStatus',
    summary: 'Approves, suspends or blocks a supplier',
    description: 'Approval needs every qualification that its kind asks for.',
    body: schema.statusBody,
    answer: schema.supplierSchema,
    handle: ({ user, params, body }) => suppliers.setStatus(user, params.id, body),
  });
  route.post('/suppliers/:id/qualifications', {
    permission: 'supplier:manage',
    operationId: 'addSupplierQualification',
    summary: 'Adds a qualification with its scans',
    body: schema.qualificationInput,
    created: schema.supplierSchema,
    problems: [409, 422],
    handle: ({ user, params, body }) => qualifications.add(user, params.id, body),
  });
  route.patch('/suppliers/:id/qualifications/:qualification', {
    permission: 'supplier:manage',
    operationId: 'changeSupplierQualification',
    summary: 'Corrects, ends or revokes a qualification',
    description:
      'One that counts for an approved supplier is ended, revoked or narrowed; a renewal is a new one.',
    body: schema.qualificationPatch,
    answer: schema.supplierSchema,
    problems: [422],
    handle: ({ user, params, body }) =>
      qualifications.change(user, params.id, params.qualification, body),
  });
  route.post('/suppliers/:id/qualifications/:qualification/confirmation', {
    permission: 'supplier:approve',
    operationId: 'confirmSupplierQualification',
    summary: 'Confirms a qualification that was entered for an approved supplier',
    body: schema.confirmBody,
    answer: schema.supplierSchema,
    handle: ({ user, params, body }) =>
      qualifications.confirm(user, params.id, params.qualification, body),
  });
  route.get('/suppliers/:id/clearance', {
    permission: 'supplier:read',
    operationId: 'getSupplierClearance',
    summary: 'Says whether a supplier may be bought from or given waste, and why not',
    description: 'For purchasing systems too. A refusal leaves a line in the audit log.',
    query: schema.clearanceQuery,
    answer: schema.clearanceSchema,
    handle: ({ user, params, query }) => suppliers.clearance(user, params.id, query),
  });
  route.get('/suppliers/:id/history', {
    permission: 'supplier:read',
    operationId: 'getSupplierHistory',
    summary: 'Lists the changes of a supplier and of what belongs to it, newest first',
    answer: historySchema,
    handle: ({ user, params }) => suppliers.history(user, params.id),
  });
}

function registerLots(app: App, { lots, limits, disposals }: SupplierServices): void {
  const route = routesOf(app, 'suppliers');
  route.get('/supplier-lots', {
    permission: 'supplier:read',
    operationId: 'listSupplierLots',
    summary: 'Lists deliveries, newest first',
    query: schema.lotQuery,
    answer: schema.lotPage,
    handle: ({ user, query }) => lots.list(user, query),
  });
  route.post('/suppliers/:id/lots', {
    permission: 'supplier:test',
    operationId: 'addSupplierLot',
    summary: 'Enters a delivery with its test results',
    description: 'Sent again with the same number and data, the answer is 200.',
    body: schema.lotInput,
    answer: schema.lotSchema,
    created: schema.lotSchema,
    problems: [409],
    handle: async ({ user, params, body, reply }) => {
      const { lot, again } = await lots.create(user, params.id, body);
      return reply.code(again ? 200 : 201).send(lot);
    },
  });
  route.post('/supplier-lots/:id/results', {
    permission: 'supplier:test',
    operationId: 'addSupplierLotResults',
    summary: 'Adds test results to a delivery',
    body: schema.resultsBody,
    answer: schema.lotSchema,
    handle: ({ user, params, body }) => lots.addResults(user, params.id, body),
  });
  route.post('/supplier-lots/:id/decision', {
    permission: 'supplier:release',
    operationId: 'decideSupplierLot',
    summary: 'Releases or rejects a delivery',
    description: 'Where a failed test was repeated, a release needs a reason.',
    body: schema.decisionBody,
    answer: schema.lotSchema,
    handle: ({ user, params, body }) => lots.decide(user, params.id, body),
  });
  route.get('/suppliers/:id/disposals', {
    permission: 'supplier:read',
    operationId: 'listSupplierDisposals',
    summary: 'Lists the transfers of hazardous waste to a disposer',
    answer: schema.disposalList,
    handle: ({ user, params }) => disposals.list(user, params.id),
  });
  route.post('/suppliers/:id/disposals', {
    permission: 'supplier:dispose',
    operationId: 'addSupplierDisposal',
    summary: 'Enters a transfer of hazardous waste',
    description: 'Refused where no valid licence of the disposer covers the waste.',
    body: schema.disposalInput,
    created: schema.disposalSchema,
    problems: [409],
    handle: ({ user, params, body }) => disposals.add(user, params.id, body),
  });
  route.get('/supplier-limits', {
    permission: 'supplier:read',
    operationId: 'listSupplierLimits',
    summary: 'Lists the limits of products',
    query: schema.limitQuery,
    answer: schema.limitList,
    handle: ({ user, query }) => limits.list(user, query),
  });
  route.put('/supplier-limits', {
    permission: 'supplier:limit',
    operationId: 'setSupplierLimit',
    summary: 'Sets the limit of a test of a product',
    body: schema.limitInput,
    answer: schema.limitSchema,
    problems: [409],
    handle: ({ user, body }) => limits.put(user, body),
  });
  route.delete('/supplier-limits/:id', {
    permission: 'supplier:limit',
    operationId: 'removeSupplierLimit',
    summary: 'Removes a limit; what was decided by it keeps it',
    handle: ({ user, params }) => limits.remove(user, params.id),
  });
}
