import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import {
  areaInput,
  areaList,
  areaSchema,
  departmentInput,
  departmentList,
  departmentSchema,
  equipmentInput,
  equipmentList,
  equipmentSchema,
  idParams as params,
  placeOverview,
  listQuery as querystring,
} from './schema.ts';
import type { RegistryService } from './service.ts';

const tags = ['registry'];
const read = { permission: 'registry:read' } as const;
const manage = { permission: 'registry:manage' } as const;
const listed = problems(400, 401, 403, 503);
const written = problems(400, 401, 403, 404, 409, 503);

export function registryModule(service: RegistryService): Module {
  return {
    name: 'registry',
    register(app) {
      app.get(
        '/api/v1/departments',
        {
          config: read,
          schema: {
            tags,
            operationId: 'listDepartments',
            summary: 'Lists departments',
            querystring,
            response: { 200: departmentList, ...listed },
          },
        },
        (request) => service.departments(callerOf(request), request.query),
      );
      app.put(
        '/api/v1/departments/:id',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'putDepartment',
            summary: 'Adds or changes a department',
            params,
            body: departmentInput,
            response: { 200: departmentSchema, ...written },
          },
        },
        (request) => service.putDepartment(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/areas',
        {
          config: read,
          schema: {
            tags,
            operationId: 'listAreas',
            summary: 'Lists areas',
            querystring,
            response: { 200: areaList, ...listed },
          },
        },
        (request) => service.areas(callerOf(request), request.query),
      );
      app.put(
        '/api/v1/areas/:id',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'putArea',
            summary: 'Adds or changes an area',
            params,
            body: areaInput,
            response: { 200: areaSchema, ...written, ...problems(422) },
          },
        },
        (request) => service.putArea(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/equipment',
        {
          config: read,
          schema: {
            tags,
            operationId: 'listEquipment',
            summary: 'Lists machines',
            description:
              'Parameters that are secret or a trade secret need their clearance; without it their values are null.',
            querystring,
            response: { 200: equipmentList, ...listed },
          },
        },
        (request) => service.equipment(callerOf(request), request.query),
      );
      app.get(
        '/api/v1/equipment/:id',
        {
          config: read,
          schema: {
            tags,
            operationId: 'getEquipment',
            summary: 'Reads one machine',
            params,
            response: { 200: equipmentSchema, ...problems(401, 403, 404, 503) },
          },
        },
        (request) => service.oneEquipment(callerOf(request), request.params.id),
      );
      app.put(
        '/api/v1/equipment/:id',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'putEquipment',
            summary: 'Adds or changes a machine',
            params,
            body: equipmentInput,
            response: { 200: equipmentSchema, ...written },
          },
        },
        (request) => service.putEquipment(callerOf(request), request.params.id, request.body),
      );
      for (const [path, kind, name] of [
        ['areas', 'area', 'Area'],
        ['equipment', 'equipment', 'Equipment'],
      ] as const) {
        app.get(
          `/api/v1/${path}/:id/overview`,
          {
            config: read,
            schema: {
              tags,
              operationId: `get${name}Overview`,
              summary: `What all modules know of one ${kind === 'area' ? 'area' : 'machine'}`,
              params,
              response: { 200: placeOverview, ...problems(401, 403, 404, 503) },
            },
          },
          (request) => service.overview(callerOf(request), kind, request.params.id),
        );
      }
    },
  };
}
