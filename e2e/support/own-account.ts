import { randomBytes } from 'node:crypto';
import { ApiClient } from './api-client.ts';
import type { SharedPlant } from './shared-plant.ts';

/** An account for one file. */
export interface OwnAccount {
  id: string;
  username: string;
  password: string;
}

/**
 * Creates an account that has chosen its password and has no session.
 *
 * @param options.employeeNo the account's person: one of the demonstration without an account.
 */
export async function makeAccount(
  { plant: { url, demoPassword }, api }: { plant: SharedPlant; api: ApiClient },
  options: { roles: string[]; employeeNo?: string },
): Promise<OwnAccount> {
  const admin = await ApiClient.signIn(url, 'admin', demoPassword);
  const username = `own-${randomBytes(4).toString('hex')}`;
  const { items } = await api.get<{ items: { id: string; employeeNo: string }[] }>(
    '/api/v1/persons?limit=200',
  );
  const person = items.find(({ employeeNo }) => employeeNo === options.employeeNo);
  if (options.employeeNo && !person)
    throw new Error(`no person has the number ${options.employeeNo}`);
  const { user, password: given } = await admin.send<{ user: { id: string }; password: string }>(
    'POST',
    '/api/v1/users',
    {
      username,
      displayName: { zh: username, en: username },
      roles: options.roles,
      personId: person?.id ?? null,
    },
  );
  const password = `four horses and a cart ${username.slice(4)}`;
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, ...headers },
      body: JSON.stringify(body),
    });
  const signedIn = await post('login', { username, password: given });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { accessToken } = (await signedIn.json()) as { accessToken: string };
  const authorization = `Bearer ${accessToken}`;
  const chosen = await post('password', { current: given, next: password }, { authorization });
  if (!chosen.ok) throw new Error(`the password was not accepted: ${await chosen.text()}`);
  await post('logout', {}, { cookie: chosen.headers.get('set-cookie')?.split(';')[0] ?? cookie });
  return { id: user.id, username, password };
}
