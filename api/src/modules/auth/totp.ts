import { createHash, randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { Transaction } from '../../platform/db/database.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';

const PERIOD_SECONDS = 30;
/** Tolerance of a phone's clock in steps, either way. */
const WINDOW = 1;
const RECOVERY_CODES = 10;

const place = (tenant: string, user: string) => ({
  tenant,
  dataClass: 'account',
  table: 'app_user',
  column: 'totp_sealed',
  row: user,
});

const totpOf = (secret: Secret, username: string) =>
  new TOTP({ issuer: 'Anshi', label: username, secret, period: PERIOD_SECONDS });

/**
 * Locks the account's row until the end of the transaction, so that its password and second factor
 * stay as read: a concurrent reset waits, and an earlier one is seen.
 */
export async function holdAccount(tx: Transaction, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM app_user WHERE id = ${userId} FOR NO KEY UPDATE`;
}

/** The second factor: time-based codes (RFC 6238) with an encrypted secret. */
export function createSecondFactor(sealed: Pick<Sealed, 'seal' | 'open'>) {
  return {
    /** Creates a secret that becomes active with its first code. */
    async prepare(tx: Transaction, tenant: string, user: { id: string; username: string }) {
      const secret = new Secret({ size: 20 });
      const totpSealed = await sealed.seal(tx, place(tenant, user.id), secret.base32);
      await tx.appUser.updateMany({
        where: { id: user.id },
        data: { totpSealed, totpSince: null, totpStep: null },
      });
      return { secret: secret.base32, uri: totpOf(secret, user.username).toString() };
    },

    /**
     * Checks a code, each once, so that an observed one cannot be replayed. The account's row is
     * locked from then on: the code belongs to the secret at the commit.
     *
     * @returns whether it is right.
     */
    async take(tx: Transaction, tenant: string, userId: string, code: string): Promise<boolean> {
      await holdAccount(tx, userId);
      const user = await tx.appUser.findFirst({ where: { id: userId } });
      if (!user?.totpSealed) return false;
      const text = await sealed.open(tx, place(tenant, userId), user.totpSealed);
      const totp = totpOf(Secret.fromBase32(text), user.username);
      const delta = totp.validate({ token: code.replace(/\s/g, ''), window: WINDOW });
      if (delta === null) return false;
      const step = Math.floor(Date.now() / 1000 / PERIOD_SECONDS) + delta;
      const { count } = await tx.appUser.updateMany({
        where: { id: userId, OR: [{ totpStep: null }, { totpStep: { lt: step } }] },
        data: { totpStep: step },
      });
      return count === 1;
    },

    /** Enables it. @returns the recovery codes, which are shown only once. */
    async enable(tx: Transaction, tenantId: string, userId: string): Promise<string[]> {
      await tx.appUser.updateMany({ where: { id: userId }, data: { totpSince: new Date() } });
      await tx.recoveryCode.deleteMany({ where: { userId } });
      const codes = Array.from({ length: RECOVERY_CODES }, makeRecoveryCode);
      await tx.recoveryCode.createMany({
        data: codes.map((code) => ({ tenantId, userId, hash: hashCode(code) })),
      });
      return codes;
    },

    /** Uses a recovery code, each once. @returns whether it is valid. */
    async recover(tx: Transaction, userId: string, code: string): Promise<boolean> {
      const { count } = await tx.recoveryCode.updateMany({
        where: { userId, hash: hashCode(code), usedAt: null },
        data: { usedAt: new Date() },
      });
      return count === 1;
    },

    async disable(tx: Transaction, userId: string): Promise<void> {
      await tx.recoveryCode.deleteMany({ where: { userId } });
      await tx.appUser.updateMany({
        where: { id: userId },
        data: { totpSealed: null, totpSince: null, totpStep: null },
      });
    },
  };
}

export type SecondFactor = ReturnType<typeof createSecondFactor>;

const ALPHABET = 'abcdefghjkmnpqrstvwxyz23456789';

/** 117 random bits in four groups of six: too many for guesses at a stolen hash, which has no salt. */
export function makeRecoveryCode(): string {
  const group = () =>
    Array.from({ length: 6 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

const hashCode = (code: string) =>
  createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .digest('hex');
