import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
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

export function registryModule(service: RegistryService): Module {
  return {
    name: 'registry',
    register(app) {
      const route = routesOf(app, 'registry');
      route.get('/departments', {
        permission: 'registry:read',
        operationId: 'listDepartments',
        summary: 'Lists departments',
        query: querystring,
        answer: departmentList,
        handle: ({ user, query }) => service.departments(user, query),
      });
      route.put('/departments/:id', {
        permission: 'registry:manage',
        operationId: 'putDepartment',
        summary: 'Adds or changes a department',
        params,
        body: departmentInput,
        answer: departmentSchema,
        problems: [409],
        handle: ({ user, params, body }) => service.putDepartment(user, params.id, body),
      });
      route.get('/areas', {
        permission: 'registry:read',
        operationId: 'listAreas',
        summary: 'Lists areas',
        query: querystring,
        answer: areaList,
        handle: ({ user, query }) => service.areas(user, query),
      });
      route.put('/areas/:id', {
        permission: 'registry:manage',
        operationId: 'putArea',
        summary: 'Adds or changes an area',
        params,
        body: areaInput,
        answer: areaSchema,
        problems: [409, 422],
        handle: ({ user, params, body }) => service.putArea(user, params.id, body),
      });
      route.get('/equipment', {
        permission: 'registry:read',
        operationId: 'listEquipment',
        summary: 'Lists machines',
        description:
          'Parameters that are secret or a trade secret need their clearance; without it their values are null.',
        query: querystring,
        answer: equipmentList,
        handle: ({ user, query }) => service.equipment(user, query),
      });
      route.get('/equipment/:id', {
        permission: 'registry:read',
        operationId: 'getEquipment',
        summary: 'Reads one machine',
        params,
        answer: equipmentSchema,
        handle: ({ user, params }) => service.oneEquipment(user, params.id),
      });
      route.put('/equipment/:id', {
        permission: 'registry:manage',
        operationId: 'putEquipment',
        summary: 'Adds or changes a machine',
        params,
        body: equipmentInput,
        answer: equipmentSchema,
        problems: [409],
        handle: ({ user, params, body }) => service.putEquipment(user, params.id, body),
      });
      for (const [path, kind, name] of [
        ['areas', 'area', 'Area'],
        ['equipment', 'equipment', 'Equipment'],
      ] as const) {
        route.get(`/${path}/:id/overview`, {
          permission: 'registry:read',
          operationId: `get${name}Overview`,
          summary: `What all modules know of one ${kind === 'area' ? 'area' : 'machine'}`,
          params,
          answer: placeOverview,
          handle: ({ user, params }) => service.overview(user, kind, params.id),
        });
      }
    },
  };
}
