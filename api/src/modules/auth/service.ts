import type { z } from 'zod';
import type { Account } from '../../platform/account.ts';
import { type Auth, passwordMatches } from '../../platform/auth.ts';
import { Problem } from '../../platform/errors.ts';
import type { loginResponse, userSchema } from './schema.ts';

export function createAuthService(auth: Auth) {
  return {
    /** @throws Problem that does not tell whether the name or the password is wrong. */
    async login(username: string, password: string): Promise<z.infer<typeof loginResponse>> {
      const found = await auth.find(username);
      const matches = await passwordMatches(found?.passwordHash ?? null, password);
      if (!found || !matches) throw new Problem('auth.wrong');
      return { ...auth.issue(found.account), user: showUser(found.account) };
    },
  };
}

export function showUser(account: Account): z.infer<typeof userSchema> {
  const { id, username, displayName, roles } = account;
  return { id, username, displayName, roles, permissions: [...account.permissions.keys()].sort() };
}
