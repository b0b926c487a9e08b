import { calendarZone } from '../calendar/repository.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import type { SealedTable } from '../sealed/rotation.ts';
import type { Sealed } from '../sealed/sealed.ts';
import { type Choices, choiceKey, type Profile } from './rules.ts';
import type { Severity } from './types.ts';

/** The user id of the tenant's default rules. */
export const TENANT_RULES = '*';

/** Location of e-mail addresses, for key rotation. */
export const sealedNoticeProfiles: SealedTable = {
  dataClass: 'person',
  table: 'notice_profile',
  rowId: 'user_id',
  columns: [{ sealed: 'email' }],
};

const emailPlace = (tenant: string, row: string) => ({
  tenant,
  dataClass: 'person',
  table: 'notice_profile',
  column: 'email',
  row,
});

export type Profiles = ReturnType<typeof createProfiles>;

/**
 * Each person's notice settings. Their address is personal data and sealed.
 *
 * @param options.timeZone of the installation, for tenants whose calendar has none.
 */
export function createProfiles(options: { sealed: Sealed; timeZone: string }) {
  const { sealed } = options;
  /** Time zone of the plant: the default for people who chose none. */
  async function plantZone(tx: Transaction): Promise<string> {
    const [row] = await sqlIn(tx)<{ timeZone: string | null }>(calendarZone.sql);
    return row?.timeZone ?? options.timeZone;
  }
  return {
    plantZone,

    /** @param zone the result of {@link plantZone}; left out, it is read. */
    async read(tx: Transaction, tenant: string, user: string, zone?: string): Promise<Profile> {
      const timeZone = zone ?? (await plantZone(tx));
      const row = await tx.noticeProfile.findFirst({ where: { userId: user } });
      if (!row) {
        return {
          language: 'zh',
          email: null,
          emailConfirmed: false,
          timeZone,
          quiet: null,
          threshold: { push: 'info', email: 'info' },
        };
      }
      const { quietFrom: from, quietTo: to } = row;
      return {
        language: row.language === 'en' ? 'en' : 'zh',
        email: row.email && (await sealed.open(tx, emailPlace(tenant, user), row.email)),
        emailConfirmed: row.emailConfirmedAt !== null,
        timeZone: row.timeZone ?? timeZone,
        quiet: from !== null && to !== null ? { from, to } : null,
        threshold: { push: row.pushSeverity as Severity, email: row.emailSeverity as Severity },
      };
    },

    /** A changed address has to be confirmed again. */
    async write(
      tx: Transaction,
      tenantId: string,
      userId: string,
      profile: Omit<Profile, 'emailConfirmed'>,
    ) {
      const { language, email, quiet, threshold } = profile;
      const before = await this.read(tx, tenantId, userId);
      const isSame = email?.toLowerCase() === before.email?.toLowerCase();
      const anew = { emailConfirmedAt: null, emailCodeHash: null, emailCodeUntil: null };
      const fields = {
        ...(isSame ? {} : anew),
        language,
        email: email && (await sealed.seal(tx, emailPlace(tenantId, userId), email)),
        timeZone: profile.timeZone,
        quietFrom: quiet?.from ?? null,
        quietTo: quiet?.to ?? null,
        pushSeverity: threshold.push,
        emailSeverity: threshold.email,
      };
      await tx.noticeProfile.upsert({
        where: { tenantId_userId: { tenantId, userId } },
        create: { tenantId, userId, ...fields },
        update: fields,
      });
    },

    /** The user's preferences, or with {@link TENANT_RULES} the tenant's. */
    async choices(tx: Transaction, user: string): Promise<Choices> {
      const rows = await tx.noticePreference.findMany({ where: { userId: user } });
      return new Map(rows.map((row) => [choiceKey(row.kind, row.channel), row.on]));
    },

    /** Writes preferences; null removes one, so that the next wider rule applies again. */
    async choose(
      tx: Transaction,
      tenantId: string,
      userId: string,
      choices: readonly { kind: string; channel: string; on: boolean | null }[],
    ): Promise<void> {
      for (const { kind, channel, on } of choices) {
        if (on === null) await tx.noticePreference.deleteMany({ where: { userId, kind, channel } });
        else {
          await tx.noticePreference.upsert({
            where: { tenantId_userId_kind_channel: { tenantId, userId, kind, channel } },
            create: { tenantId, userId, kind, channel, on },
            update: { on },
          });
        }
      }
    },
  };
}
