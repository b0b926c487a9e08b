import { client, take } from '$lib/api/client.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, type FilterValues, oneOf, searchText } from '$lib/kit/filters.ts';

export type Account = Answer<'/api/v1/users/{id}', 'get'>;
export type Role = Answer<'/api/v1/roles/{id}', 'get'>;
export type PermissionList = Answer<'/api/v1/permissions', 'get'>;
export type DutyConflict = PermissionList['conflicts'][number];
export type AccountRequest = Answer<'/api/v1/account-requests', 'get'>['items'][number];
export type DutyOverride = Answer<'/api/v1/users/{id}/duty-overrides', 'get'>['items'][number];

export const accountFilters = defineFilters({
  q: searchText(64),
  role: anyId(),
  active: oneOf(['', 'true', 'false'], ''),
});
export type AccountFilters = FilterValues<typeof accountFilters>;

const at = (id: string) => ({ params: { path: { id } } });

export const listAccounts = (filters: AccountFilters, cursor: string | null) =>
  take(
    client.GET('/api/v1/users', {
      params: {
        query: { limit: 50, ...accountFilters.query(filters), ...(cursor ? { cursor } : {}) },
      },
    }),
  );
export const readAccount = (id: string): Promise<Account> =>
  take(client.GET('/api/v1/users/{id}', at(id)));
export const listRoles = async (): Promise<Role[]> =>
  (await take(client.GET('/api/v1/roles'))).items;
export const listPermissions = (): Promise<PermissionList> =>
  take(client.GET('/api/v1/permissions'));
export const makeAccount = (body: {
  username: string;
  displayName: { zh: string; en: string };
  roles: string[];
  personId: string | null;
}) => take(client.POST('/api/v1/users', { body }));
export const changeAccount = (
  { id, version }: Account,
  change: { displayName?: { zh: string; en: string }; roles?: string[] },
): Promise<Account> =>
  take(client.PATCH('/api/v1/users/{id}', { ...at(id), body: { version, ...change } }));
export const lockAccount = (id: string, reason: string): Promise<Account> =>
  take(client.POST('/api/v1/users/{id}/lock', { ...at(id), body: { reason } }));
/** @returns the account, or the request that waits for a second person. */
export const unlockAccount = (id: string): Promise<Account | AccountRequest> =>
  take(client.POST('/api/v1/users/{id}/unlock', at(id)));
/** @returns the password, or the request that waits for a second person. */
export const resetPassword = (id: string, removeSecondFactor: boolean) =>
  take(
    client.POST('/api/v1/users/{id}/reset-password', { ...at(id), body: { removeSecondFactor } }),
  );
export const isRequest = <Done extends object>(
  answer: Done | AccountRequest,
): answer is AccountRequest => 'requestedBy' in answer;
export const listRequests = async (): Promise<AccountRequest[]> =>
  (await take(client.GET('/api/v1/account-requests'))).items;
/** @param code of the owner's second factor; left out by a second person. */
export const approveRequest = (id: string, code?: string) =>
  take(
    client.POST('/api/v1/account-requests/{id}/approve', { ...at(id), body: code ? { code } : {} }),
  );
export const refuseRequest = (id: string): Promise<AccountRequest> =>
  take(client.POST('/api/v1/account-requests/{id}/refuse', at(id)));
export const listOverrides = async (id: string): Promise<DutyOverride[]> =>
  (await take(client.GET('/api/v1/users/{id}/duty-overrides', at(id)))).items;
export const addOverride = (id: string, conflict: string, reason: string) =>
  take(client.POST('/api/v1/users/{id}/duty-overrides', { ...at(id), body: { conflict, reason } }));

/** The conflicting duties, where that is the reason of the refusal. */
export function conflictsIn(error: unknown): DutyConflict[] {
  if (!(error instanceof ApiError) || error.code !== 'role.conflict') return [];
  const { conflicts } = error.body as { conflicts?: DutyConflict[] };
  return conflicts ?? [];
}
