import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import type { createLots } from './lots.ts';
import type { createQualifications } from './qualifications.ts';
import {
  clearanceQuery,
  clearanceSchema,
  decisionBody,
  disposalAnswer,
  disposalInput,
  disposalList,
  exportListQuery,
  historySchema,
  listQuery,
  lotInput,
  lotPage,
  lotQuery,
  lotSchema,
  qualificationInput,
  qualificationPatch,
  resultsBody,
  statusBody,
  supplierInput,
  supplierPage,
  supplierPatch,
  supplierSchema,
} from './schema.ts';
import type { createSupplierList } from './supplier-list.ts';
import type { Suppliers } from './suppliers.ts';

const tags = ['suppliers'];
const params = z.strictObject({ id: ulid });
const read = { permission: 'supplier:read' } as const;
const manage = { permission: 'supplier:manage' } as const;

export interface SupplierServices {
  list: ReturnType<typeof createSupplierList>;
  suppliers: Suppliers;
  qualifications: ReturnType<typeof createQualifications>;
  lots: ReturnType<typeof createLots>;
}

/** Suppliers, their qualifications, deliveries and transfers of waste. */
export function registerSuppliers(app: App, services: SupplierServices): void {
  registerRegister(app, services);
  registerLots(app, services.lots);
}

function registerRegister(app: App, services: SupplierServices): void {
  const { list, suppliers, qualifications } = services;
  app.get(
    '/api/v1/suppliers',
    {
      config: read,
      schema: {
        tags,
        operationId: 'listSuppliers',
        summary: 'Lists suppliers by name',
        querystring: listQuery,
        response: { 200: supplierPage, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => list.list(callerOf(request), request.query),
  );
  app.get(
    '/api/v1/suppliers/export',
    {
      config: read,
      schema: {
        tags,
        operationId: 'exportSuppliers',
        summary: 'The list of suppliers as a spreadsheet',
        querystring: exportListQuery,
        response: { ...exportAnswer, ...problems(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => sendMade(reply, await list.export(callerOf(request), request.query)),
  );
  app.post(
    '/api/v1/suppliers',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'createSupplier',
        summary: 'Enters a supplier as a candidate',
        body: supplierInput,
        response: { 201: supplierSchema, ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await suppliers.create(callerOf(request), request.body)),
  );
  app.get(
    '/api/v1/suppliers/:id',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getSupplier',
        summary: 'Reads a supplier with its qualifications and whether it is cleared',
        params,
        response: { 200: supplierSchema, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => suppliers.get(callerOf(request), request.params.id),
  );
  app.patch(
    '/api/v1/suppliers/:id',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'changeSupplier',
        summary: 'Changes the data of a supplier',
        params,
        body: supplierPatch,
        response: { 200: supplierSchema, ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    (request) => suppliers.change(callerOf(request), request.params.id, request.body),
  );
  app.post(
    '/api/v1/suppliers/:id/status',
    {
      config: { permission: 'supplier:approve' },
      schema: {
        tags,
        operationId: 'setSupplierStatus',
        summary: 'Approves, suspends or blocks a supplier',
        description: 'Approval needs every qualification that its kind asks for.',
        params,
        body: statusBody,
        response: { 200: supplierSchema, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    (request) => suppliers.setStatus(callerOf(request), request.params.id, request.body),
  );
  app.post(
    '/api/v1/suppliers/:id/qualifications',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'addSupplierQualification',
        summary: 'Adds a qualification with its scans',
        params,
        body: qualificationInput,
        response: { 201: supplierSchema, ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await qualifications.add(callerOf(request), request.params.id, request.body)),
  );
  app.patch(
    '/api/v1/suppliers/:id/qualifications/:qualification',
    {
      config: manage,
      schema: {
        tags,
        operationId: 'changeSupplierQualification',
        summary: 'Renews, corrects or revokes a qualification',
        params: params.extend({ qualification: ulid }),
        body: qualificationPatch,
        response: { 200: supplierSchema, ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    (request) => {
      const { id, qualification } = request.params;
      return qualifications.change(callerOf(request), id, qualification, request.body);
    },
  );
  app.get(
    '/api/v1/suppliers/:id/clearance',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getSupplierClearance',
        summary: 'Says whether a supplier may be bought from or given waste, and why not',
        description: 'For purchasing systems too. A refusal leaves a line in the audit log.',
        params,
        querystring: clearanceQuery,
        response: { 200: clearanceSchema, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => suppliers.clearance(callerOf(request), request.params.id, request.query),
  );
  app.get(
    '/api/v1/suppliers/:id/history',
    {
      config: read,
      schema: {
        tags,
        operationId: 'getSupplierHistory',
        summary: 'Lists the changes of a supplier and what the gate refused, newest first',
        params,
        response: { 200: historySchema, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => suppliers.history(callerOf(request), request.params.id),
  );
}

function registerLots(app: App, lots: ReturnType<typeof createLots>): void {
  app.get(
    '/api/v1/supplier-lots',
    {
      config: read,
      schema: {
        tags,
        operationId: 'listSupplierLots',
        summary: 'Lists deliveries, newest first',
        querystring: lotQuery,
        response: { 200: lotPage, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => lots.list(callerOf(request), request.query),
  );
  app.post(
    '/api/v1/suppliers/:id/lots',
    {
      config: { permission: 'supplier:test' },
      schema: {
        tags,
        operationId: 'addSupplierLot',
        summary: 'Enters a delivery with its test results',
        description: 'Sent again with the same number and data, the answer is 200.',
        params,
        body: lotInput,
        response: { 200: lotSchema, 201: lotSchema, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { lot, again } = await lots.create(callerOf(request), request.params.id, request.body);
      return reply.code(again ? 200 : 201).send(lot);
    },
  );
  app.post(
    '/api/v1/supplier-lots/:id/results',
    {
      config: { permission: 'supplier:test' },
      schema: {
        tags,
        operationId: 'addSupplierLotResults',
        summary: 'Adds test results to a delivery',
        params,
        body: resultsBody,
        response: { 200: lotSchema, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    (request) => lots.addResults(callerOf(request), request.params.id, request.body),
  );
  app.post(
    '/api/v1/supplier-lots/:id/decision',
    {
      config: { permission: 'supplier:release' },
      schema: {
        tags,
        operationId: 'decideSupplierLot',
        summary: 'Releases or rejects a delivery',
        params,
        body: decisionBody,
        response: { 200: lotSchema, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    (request) => lots.decide(callerOf(request), request.params.id, request.body),
  );
  app.get(
    '/api/v1/suppliers/:id/disposals',
    {
      config: read,
      schema: {
        tags,
        operationId: 'listSupplierDisposals',
        summary: 'Lists the transfers of hazardous waste to a disposer',
        params,
        response: { 200: disposalList, ...problems(400, 401, 403, 404, 503) },
      },
    },
    (request) => lots.disposals(callerOf(request), request.params.id),
  );
  app.post(
    '/api/v1/suppliers/:id/disposals',
    {
      config: { permission: 'supplier:dispose' },
      schema: {
        tags,
        operationId: 'addSupplierDisposal',
        summary: 'Enters a transfer of hazardous waste',
        description: 'Refused where no valid licence of the disposer covers the waste.',
        params,
        body: disposalInput,
        response: { 201: disposalAnswer, ...problems(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await lots.dispose(callerOf(request), request.params.id, request.body)),
  );
}
