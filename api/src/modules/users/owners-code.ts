import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { attemptSucceeded, countAttempt } from '../auth/throttle.ts';
import { holdAccount, type SecondFactor } from '../auth/totp.ts';
import { findRequest, isOpen } from './request-rows.ts';
import { managed } from './rules.ts';

const OWN_CHECK = { check: 'owner-code' } as const;

/**
 * Verifies a code of the owner's authenticator. Failed attempts are counted over all requests about
 * the account, separately from sign-ins, so that repeating a request gives no more attempts and
 * locks out nobody.
 *
 * @returns since when the code's second factor is active. The execution requires the same one,
 *   since it may be replaced meanwhile.
 */
export async function takeOwnersCode(
  { units, secondFactor }: { units: Units; secondFactor: SecondFactor },
  user: Caller & { account: Account },
  { id, code }: { id: string; code: string },
): Promise<Date> {
  const outcome = await units.run(user, async (unit) => {
    const row = await findRequest(unit, user.account, id);
    await holdAccount(unit.tx, row.userId);
    const account = await managed(unit, user.account, row.userId);
    if (row.action === 'add-roles') {
      throw new Problem(
        'account-request.second-person',
        'A role is given by two people: the account may be in the hands of whoever asks for it.',
      );
    }
    if (!isOpen(row)) throw new Problem('account-request.closed');
    if (!account.totpSince) throw new Problem('auth.totp-state');
    const name = `owner-code ${account.id}`;
    const attempt = await countAttempt(unit.tx, user.tenant, name, OWN_CHECK);
    if (!attempt.allowed) return attempt;
    const right = await secondFactor.take(unit.tx, user.tenant, account.id, code);
    if (right) await attemptSucceeded(unit.tx, user.tenant, name, OWN_CHECK);
    else {
      await unit.audit({
        action: 'request-code-wrong',
        entity: 'account-request',
        id: row.id,
        person: account.personId,
        after: { user: account.id, username: account.username, failures: attempt.failures },
      });
    }
    return right ? account.totpSince : null;
  });
  // The counter and the audit line are kept: they were committed before the response.
  if (outcome === null) throw new Problem('auth.totp-wrong');
  if (!(outcome instanceof Date)) {
    const { retryAfterSeconds } = outcome;
    throw new Problem('auth.too-many', undefined, { retryAfterSeconds });
  }
  return outcome;
}
