import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { AuthService } from './service.ts';
import { holdOwnSession } from './sessions.ts';
import type { SecondFactor } from './totp.ts';

type Own = Caller & { account: Account };

/** Set-up and removal of one's own second factor. Both require the password. */
export function createSecondFactorService(options: {
  auth: AuthService;
  units: Units;
  events: AccountEvents;
  secondFactor: SecondFactor;
}) {
  const { auth, units, events, secondFactor } = options;
  return {
    /** @returns the secret, as text and as an address for a QR code. It is not active yet. */
    async setUp(
      caller: Own,
      session: string,
      password: string,
    ): Promise<{ secret: string; uri: string }> {
      await auth.confirmPassword(caller, password);
      return units.run(caller, async (unit) => {
        const { account } = caller;
        await holdOwnSession(unit.tx, { userId: account.id, id: session });
        const user = await unit.tx.appUser.findFirst({ where: { id: account.id } });
        if (user?.totpSince) {
          throw new Problem('auth.totp-state', 'It is on already; switch it off first.');
        }
        await unit.audit({ action: 'totp-prepared', entity: 'user', id: account.id });
        return secondFactor.prepare(unit.tx, caller.tenant, account);
      });
    },

    /** @returns recovery codes, which are shown only once. */
    async enable(caller: Own, session: string, code: string): Promise<string[]> {
      const { account, tenant } = caller;
      return units.run(caller, async (unit) => {
        await holdOwnSession(unit.tx, { userId: account.id, id: session });
        const user = await unit.tx.appUser.findFirst({ where: { id: account.id } });
        if (!user?.totpSealed || user.totpSince) throw new Problem('auth.totp-state');
        if (!(await secondFactor.take(unit.tx, tenant, account.id, code))) {
          throw new Problem('auth.totp-wrong');
        }
        await unit.audit({ action: 'totp-enabled', entity: 'user', id: account.id });
        unit.afterCommit(() => events.publish({ tenant, user: account.id }));
        return secondFactor.enable(unit.tx, tenant, account.id);
      });
    },

    async disable(caller: Own, session: string, password: string): Promise<void> {
      await auth.confirmPassword(caller, password);
      const { account, tenant } = caller;
      await units.run(caller, async (unit) => {
        await holdOwnSession(unit.tx, { userId: account.id, id: session });
        await secondFactor.disable(unit.tx, account.id);
        await unit.audit({ action: 'totp-disabled', entity: 'user', id: account.id });
        unit.afterCommit(() => events.publish({ tenant, user: account.id }));
      });
    },
  };
}

export type SecondFactorService = ReturnType<typeof createSecondFactorService>;
