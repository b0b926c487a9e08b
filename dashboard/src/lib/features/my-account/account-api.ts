import { client, settle, take } from '$lib/api/client.ts';
import type { Answer, User } from '$lib/api/types.ts';

export type SignedIn = Answer<'/api/v1/auth/sessions', 'get'>['items'][number];
export type Rights = Answer<'/api/v1/me/rights', 'get'>;
export type NewFactor = Answer<'/api/v1/auth/totp/setup', 'post'>;

export const readMe = (): Promise<User> => take(client.GET('/api/v1/auth/me'));
export const readRights = (): Promise<Rights> => take(client.GET('/api/v1/me/rights'));

/** Ends all other sessions of the account. @throws ApiError `auth.password-wrong`, `auth.password-weak`. */
export const changePassword = (current: string, next: string): Promise<void> =>
  settle(client.POST('/api/v1/auth/password', { body: { current, next } }));

export const listSessions = async (): Promise<SignedIn[]> =>
  (await take(client.GET('/api/v1/auth/sessions'))).items;
export const endSession = (id: string): Promise<void> =>
  settle(client.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id } } }));
export const endOtherSessions = (): Promise<void> => settle(client.DELETE('/api/v1/auth/sessions'));

/** The secret of a second factor, which becomes active with its first code. */
export const prepareFactor = (password: string): Promise<NewFactor> =>
  take(client.POST('/api/v1/auth/totp/setup', { body: { password } }));
/** @returns the recovery codes, which are shown only once. */
export const enableFactor = async (code: string): Promise<string[]> =>
  (await take(client.POST('/api/v1/auth/totp/enable', { body: { code } }))).recoveryCodes;
export const disableFactor = (password: string): Promise<void> =>
  settle(client.DELETE('/api/v1/auth/totp', { body: { password } }));
