import { client, take } from '$lib/api/client.ts';
import type { paths } from '$lib/api/schema.d.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, type FilterValues, oneOf, searchText } from '$lib/kit/filters.ts';

export type Supplier = Answer<'/api/v1/suppliers/{id}', 'get'>;
export type SupplierRow = Answer<'/api/v1/suppliers', 'get'>['items'][number];
export type Qualification = Supplier['qualifications'][number];
export type Lot = Answer<'/api/v1/supplier-lots', 'get'>['items'][number];
export type Disposal = Answer<'/api/v1/suppliers/{id}/disposals', 'get'>['items'][number];
export type Word = Answer<'/api/v1/dictionaries/{id}', 'get'>['items'][number];

type Body<Path extends keyof paths, Method extends 'post' | 'patch'> = NonNullable<
  paths[Path][Method] extends { requestBody: { content: { 'application/json': infer Given } } }
    ? Given
    : never
>;
const at = (id: string) => ({ params: { path: { id } } });

export const statuses = ['candidate', 'approved', 'suspended', 'blocked'] as const;
export const supplierFilters = defineFilters({
  q: searchText(),
  kind: anyId(),
  status: oneOf(['', ...statuses], ''),
  expiry: oneOf(['', 'soon', 'expired'], ''),
});
export const listSuppliers = (
  filters: FilterValues<typeof supplierFilters>,
  cursor: string | null,
) =>
  take(
    client.GET('/api/v1/suppliers', {
      params: { query: { ...supplierFilters.query(filters), ...(cursor ? { cursor } : {}) } },
    }),
  );
export const readSupplier = (id: string): Promise<Supplier> =>
  take(client.GET('/api/v1/suppliers/{id}', at(id)));
export const createSupplier = (body: Body<'/api/v1/suppliers', 'post'>): Promise<Supplier> =>
  take(client.POST('/api/v1/suppliers', { body }));
export const changeSupplier = (id: string, body: Body<'/api/v1/suppliers/{id}', 'patch'>) =>
  take(client.PATCH('/api/v1/suppliers/{id}', { ...at(id), body }));
export const setStatus = (id: string, body: Body<'/api/v1/suppliers/{id}/status', 'post'>) =>
  take(client.POST('/api/v1/suppliers/{id}/status', { ...at(id), body }));
export const addQualification = (
  id: string,
  body: Body<'/api/v1/suppliers/{id}/qualifications', 'post'>,
): Promise<Supplier> =>
  take(client.POST('/api/v1/suppliers/{id}/qualifications', { ...at(id), body }));
export const changeQualification = (
  id: string,
  qualification: string,
  body: Body<'/api/v1/suppliers/{id}/qualifications/{qualification}', 'patch'>,
): Promise<Supplier> =>
  take(
    client.PATCH('/api/v1/suppliers/{id}/qualifications/{qualification}', {
      params: { path: { id, qualification } },
      body,
    }),
  );
export const readClearance = (id: string, waste: string) =>
  take(
    client.GET('/api/v1/suppliers/{id}/clearance', {
      params: { path: { id }, query: { purpose: 'dispose', waste } },
    }),
  );
export const readHistory = async (id: string) =>
  (await take(client.GET('/api/v1/suppliers/{id}/history', at(id)))).items;
export const listLots = (supplier: string, cursor: string | null) =>
  take(
    client.GET('/api/v1/supplier-lots', {
      params: { query: { supplier, ...(cursor ? { cursor } : {}) } },
    }),
  );
export const addLot = (id: string, body: Body<'/api/v1/suppliers/{id}/lots', 'post'>) =>
  take(client.POST('/api/v1/suppliers/{id}/lots', { ...at(id), body }));
export const addResults = (id: string, body: Body<'/api/v1/supplier-lots/{id}/results', 'post'>) =>
  take(client.POST('/api/v1/supplier-lots/{id}/results', { ...at(id), body }));
export const decideLot = (lot: Lot, decision: 'release' | 'reject', reason: string | null) =>
  take(
    client.POST('/api/v1/supplier-lots/{id}/decision', {
      ...at(lot.id),
      body: { version: lot.version, decision, reason },
    }),
  );
export const listDisposals = async (id: string): Promise<Disposal[]> =>
  (await take(client.GET('/api/v1/suppliers/{id}/disposals', at(id)))).items;
export const addDisposal = (id: string, body: Body<'/api/v1/suppliers/{id}/disposals', 'post'>) =>
  take(client.POST('/api/v1/suppliers/{id}/disposals', { ...at(id), body }));
/** The words that are offered. */
export const readWords = async (id: 'supplier-kind' | 'supplier-qualification'): Promise<Word[]> =>
  (await take(client.GET('/api/v1/dictionaries/{id}', { params: { path: { id } } }))).items.filter(
    ({ active }) => active,
  );
