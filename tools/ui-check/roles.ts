import type { RoleAccount } from './walk.ts';

interface Account {
  username: string;
  roles: string[];
  active: boolean;
  mustChangePassword: boolean;
}

/**
 * One account of the demonstration for each role, one that has no other role where there is one. An administrator lists
 * the accounts, so that a new role is walked without a change here.
 *
 * @throws Error where the sign-in fails, or a wanted role has no account.
 */
export async function accountsByRole(
  url: string,
  password: string,
  wanted: readonly string[] | null,
): Promise<RoleAccount[]> {
  const send = async (path: string, init: RequestInit): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { accessToken } = (await send('/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  })) as { accessToken: string };
  const { items } = (await send('/users?limit=200', {
    headers: { authorization: `Bearer ${accessToken}` },
  })) as { items: Account[] };
  return pickAccounts(items, wanted).map((one) => ({ ...one, password }));
}

/** The account of each role: active, of that role alone if any is. */
export function pickAccounts(
  accounts: readonly Account[],
  wanted: readonly string[] | null,
): { role: string; username: string }[] {
  const usable = accounts.filter(({ active, mustChangePassword }) => active && !mustChangePassword);
  const roles = wanted ?? [...new Set(usable.flatMap((one) => one.roles))].sort();
  return roles.map((role) => {
    const own = usable
      .filter((one) => one.roles.includes(role))
      .sort((a, b) => a.roles.length - b.roles.length)[0];
    if (!own) throw new Error(`no account of the demonstration has the role ${role}`);
    return { role, username: own.username };
  });
}
