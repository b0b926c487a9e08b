import { client, settle, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, type FilterValues, oneOf, searchText } from '$lib/kit/filters.ts';

export type Department = Answer<'/api/v1/departments', 'get'>['items'][number];
export type Area = Answer<'/api/v1/areas', 'get'>['items'][number];
export type Equipment = Answer<'/api/v1/equipment', 'get'>['items'][number];
export type Person = Answer<'/api/v1/persons/{id}', 'get'>;
export type PersonHistoryEntry = Answer<'/api/v1/persons/{id}/history', 'get'>['items'][number];
export type PersonStep = Answer<'/api/v1/persons/{id}/steps', 'get'>['items'][number];
export type OpenAtLeaving = Answer<'/api/v1/persons/{id}/open-at-leaving', 'get'>['items'][number];
export type Settlement = 'returned' | 'locked' | 'written-off';
export type SealedField = 'nationalId' | 'phone';

const at = (id: string) => ({ params: { path: { id } } });
const page = (cursor: string | null) => ({ limit: 100, ...(cursor ? { cursor } : {}) });

export const listDepartments = (cursor: string | null) =>
  take(client.GET('/api/v1/departments', { params: { query: page(cursor) } }));
export const listAreas = (cursor: string | null) =>
  take(client.GET('/api/v1/areas', { params: { query: page(cursor) } }));
export const listEquipment = (cursor: string | null) =>
  take(client.GET('/api/v1/equipment', { params: { query: page(cursor) } }));
export const listSites = async () => (await take(client.GET('/api/v1/sites'))).items;

type Body<
  Path extends '/api/v1/departments/{id}' | '/api/v1/areas/{id}' | '/api/v1/equipment/{id}',
> = NonNullable<
  import('$lib/api/schema.d.ts').paths[Path]['put']['requestBody']
>['content']['application/json'];
export type DepartmentBody = Body<'/api/v1/departments/{id}'>;
export type AreaBody = Body<'/api/v1/areas/{id}'>;
export type EquipmentBody = Body<'/api/v1/equipment/{id}'>;

export const saveDepartment = (id: string, body: DepartmentBody) =>
  take(client.PUT('/api/v1/departments/{id}', { ...at(id), body }));
export const saveArea = (id: string, body: AreaBody) =>
  take(client.PUT('/api/v1/areas/{id}', { ...at(id), body }));
export const saveEquipment = (id: string, body: EquipmentBody) =>
  take(client.PUT('/api/v1/equipment/{id}', { ...at(id), body }));

export const personFilters = defineFilters({
  q: searchText(64),
  department: anyId(),
  status: oneOf(['active', 'left', ''], 'active'),
  kind: oneOf(['employee', 'contractor', 'visitor', 'trainee', ''], ''),
});
export type PersonFilters = FilterValues<typeof personFilters>;
export const listPeople = (filters: PersonFilters, cursor: string | null, limit = 50) =>
  take(
    client.GET('/api/v1/persons', {
      params: {
        query: { limit, ...personFilters.query(filters), ...(cursor ? { cursor } : {}) },
      },
    }),
  );
export const readPerson = (id: string): Promise<Person> =>
  take(client.GET('/api/v1/persons/{id}', at(id)));
export const personHistory = async (id: string): Promise<PersonHistoryEntry[]> =>
  (await take(client.GET('/api/v1/persons/{id}/history', at(id)))).items;
export const personKinds = ['employee', 'contractor', 'visitor', 'trainee'] as const;
/** Of people who are no employees. */
export interface KindBody {
  kind?: Person['kind'];
  company?: string | null;
  supplierId?: string | null;
  hostId?: string | null;
  validUntil?: string | null;
}
export const makePerson = (
  body: KindBody & {
    employeeNo: string;
    name: string;
    departmentId: string;
    post?: string | null;
    postId?: string | null;
    hiredOn: string | null;
    nationalId: string | null;
    phone: string | null;
  },
) => take(client.POST('/api/v1/persons', { body }));
export const changePerson = (
  { id, version }: Pick<Person, 'id' | 'version'>,
  change: KindBody & {
    employeeNo?: string;
    name?: string;
    hiredOn?: string | null;
    nationalId?: string | null;
    phone?: string | null;
  },
): Promise<Person> =>
  take(client.PATCH('/api/v1/persons/{id}', { ...at(id), body: { version, ...change } }));
export const reveal = (id: string, field: SealedField, reason: string) =>
  take(client.POST('/api/v1/persons/{id}/reveal', { ...at(id), body: { field, reason } }));
/** A post of the list, or words. */
type PostBody = { postId: string | null } | { post: string | null };
export const transfer = (
  { id, version }: Person,
  departmentId: string,
  post: PostBody,
  on: string,
): Promise<Person> =>
  take(
    client.POST('/api/v1/persons/{id}/transfer', {
      ...at(id),
      body: { departmentId, ...post, on, version },
    }),
  );
export const leave = (
  id: string,
  body: { on: string; ends: 'now' | 'after-last-day' },
): Promise<Person> => take(client.POST('/api/v1/persons/{id}/leave', { ...at(id), body }));
/** Moves and last days that wait for their day. */
export const personSteps = async (id: string): Promise<PersonStep[]> =>
  (await take(client.GET('/api/v1/persons/{id}/steps', at(id)))).items;
export const takeBackStep = (id: string, step: string): Promise<void> =>
  settle(client.DELETE('/api/v1/persons/{id}/steps/{step}', { params: { path: { id, step } } }));
/** What the person would leave open. */
export const openAtLeaving = async (id: string): Promise<OpenAtLeaving[]> =>
  (await take(client.GET('/api/v1/persons/{id}/open-at-leaving', at(id)))).items;
export const settleBadge = (id: string, binding: string, as: Settlement): Promise<void> =>
  settle(
    client.POST('/api/v1/persons/{id}/badges/{binding}/settlement', {
      params: { path: { id, binding } },
      body: { as },
    }),
  );
export const comeBack = (
  id: string,
  body: PostBody & { departmentId: string; on: string },
): Promise<Person> => take(client.POST('/api/v1/persons/{id}/return', { ...at(id), body }));
/** Finds people by a whole sealed number; in the body, so that it is in no address. */
export const searchPeople = async (field: SealedField, value: string): Promise<Person[]> =>
  (await take(client.POST('/api/v1/persons/search', { body: { field, value } }))).items;
