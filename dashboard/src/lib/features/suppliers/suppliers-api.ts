import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type Supplier = Answer<'/api/v1/suppliers/{id}', 'get'>;
export type SupplierRow = Answer<'/api/v1/suppliers', 'get'>['items'][number];
export type Qualification = Supplier['qualifications'][number];
export type SupplierPerson = Answer<'/api/v1/match/supplier-people', 'get'>['items'][number];
export type Lot = Answer<'/api/v1/supplier-lots', 'get'>['items'][number];
export type Limit = Answer<'/api/v1/supplier-limits', 'get'>['items'][number];
export type Disposal = Answer<'/api/v1/suppliers/{id}/disposals', 'get'>['items'][number];

export const statuses = ['candidate', 'approved', 'suspended', 'blocked'] as const;
export const supplierFilters = defineFilters({
  q: searchText(),
  kind: anyId(),
  status: oneOf(['', ...statuses], ''),
  expiry: oneOf(['', 'soon', 'expired'], ''),
});

export const listSuppliers = operation.GET('/api/v1/suppliers');
export const readSupplier = operation.GET('/api/v1/suppliers/{id}');
export const createSupplier = operation.POST('/api/v1/suppliers');
export const changeSupplier = operation.PATCH('/api/v1/suppliers/{id}');
export const setStatus = operation.POST('/api/v1/suppliers/{id}/status');
export const addQualification = operation.POST('/api/v1/suppliers/{id}/qualifications');
export const changeQualification = operation.PATCH(
  '/api/v1/suppliers/{id}/qualifications/{qualification}',
);
export const confirmQualification = operation.POST(
  '/api/v1/suppliers/{id}/qualifications/{qualification}/confirmation',
);
export const readClearance = operation.GET('/api/v1/suppliers/{id}/clearance');
export const listSupplierPeople = operation.GET('/api/v1/match/supplier-people');
export const readHistory = operation.GET('/api/v1/suppliers/{id}/history');
export const listLots = operation.GET('/api/v1/supplier-lots');
export const addLot = operation.POST('/api/v1/suppliers/{id}/lots');
export const addResults = operation.POST('/api/v1/supplier-lots/{id}/results');
export const decideLot = operation.POST('/api/v1/supplier-lots/{id}/decision');
export const listLimits = operation.GET('/api/v1/supplier-limits');
export const setLimit = operation.PUT('/api/v1/supplier-limits');
export const removeLimit = operation.DELETE('/api/v1/supplier-limits/{id}');
export const listDisposals = operation.GET('/api/v1/suppliers/{id}/disposals');
export const addDisposal = operation.POST('/api/v1/suppliers/{id}/disposals');
