import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Account } from '../access/account.ts';
import type { Caller } from '../access/caller.ts';
import type { Transaction } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import type { Sealed } from '../sealed/sealed.ts';
import type { EmailSender } from './channels/email.ts';
import type { Profiles } from './profiles.ts';

type Own = Caller & { account: Account };

/** Validity of a code, and the number of wrong attempts that end it. */
const CODE_MINUTES = 30;
const TRIES = 5;

const words = {
  zh: {
    subject: (code: string) => `${code} 是您的邮箱确认码`,
    text: (code: string, name: string) =>
      `安视账号 ${name} 想用这个邮箱接收通知。\n\n确认码：${code}\n\n请在 ${CODE_MINUTES} 分钟内在“通知设置”中输入。如果这不是您的操作，请忽略：未经确认，不会有通知发到这里。\n`,
  },
  en: {
    subject: (code: string) => `${code} confirms your mail address`,
    text: (code: string, name: string) =>
      `The Anshi account ${name} wants notices at this address.\n\nCode: ${code}\n\nEnter it within ${CODE_MINUTES} minutes under notice settings. If this was not you, do nothing: no notice is sent here until it is confirmed.\n`,
  },
} as const;

export type EmailAddresses = ReturnType<typeof createEmailAddresses>;

/**
 * Confirms ownership of a mail address before notices are sent to it: a typing error must not send
 * news of the plant to a stranger, and the system must not be used to bother one.
 */
export function createEmailAddresses(options: {
  units: Units;
  sealed: Sealed;
  profiles: Profiles;
  email: EmailSender;
}) {
  const { units, sealed, profiles, email } = options;

  /** Useless without the keys, and for another person or address. */
  async function digestOf(
    tx: Transaction,
    { tenant, account }: Own,
    address: string,
    code: string,
  ) {
    const place = { tenant, dataClass: 'person', table: 'notice_profile', column: 'email_code' };
    const index = await sealed.index(tx, place, `${account.id} ${address} ${code}`);
    return createHash('sha256').update(index).digest('hex');
  }

  async function unconfirmed(tx: Transaction, { tenant, account }: Own) {
    const profile = await profiles.read(tx, tenant, account.id);
    if (profile.email === null) throw new Problem('notice.no-address');
    if (profile.emailConfirmed) throw new Problem('notice.address-confirmed');
    return { ...profile, email: profile.email };
  }

  return {
    /** Sends a code to the person's address. An earlier one is invalidated. */
    async sendCode(user: Own): Promise<void> {
      const lacks = email.lacks();
      if (lacks) throw new Problem('notice.mail-failed', lacks.en);
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      const profile = await units.run(user, async (unit) => {
        const found = await unconfirmed(unit.tx, user);
        await unit.tx.noticeProfile.updateMany({
          where: { userId: user.account.id },
          data: {
            emailCodeHash: await digestOf(unit.tx, user, found.email, code),
            emailCodeUntil: new Date(Date.now() + CODE_MINUTES * 60_000),
            emailCodeTries: 0,
          },
        });
        await unit.audit({
          action: 'email-code-sent',
          entity: 'notice-preferences',
          id: user.account.id,
          person: user.account.person,
        });
        return found;
      });
      const { subject, text } = words[profile.language];
      const name = user.account.username;
      const outcome = await email.sendPlain(profile.email, {
        subject: subject(code),
        text: text(code, name),
        language: profile.language,
      });
      if (outcome.result !== 'sent') throw new Problem('notice.mail-failed');
    },

    /** @throws Problem `notice.code-wrong`, `notice.code-over` */
    async confirm(user: Own, code: string): Promise<void> {
      const right = await units.run(user, async (unit) => {
        const { tx } = unit;
        const { email: address } = await unconfirmed(tx, user);
        // Counted before the comparison, in the row itself: concurrent attempts are counted one by
        // one.
        const [row] = await tx.$queryRaw<{ hash: string }[]>`
          UPDATE notice_profile SET email_code_tries = email_code_tries + 1
          WHERE user_id = ${user.account.id} AND email_code_hash IS NOT NULL
            AND email_code_until > now() AND email_code_tries < ${TRIES}::int
          RETURNING email_code_hash AS hash`;
        if (!row) return null;
        const given = await digestOf(tx, user, address, code);
        if (!timingSafeEqual(Buffer.from(given), Buffer.from(row.hash))) return false;
        await tx.noticeProfile.updateMany({
          where: { userId: user.account.id },
          data: { emailConfirmedAt: new Date(), emailCodeHash: null, emailCodeUntil: null },
        });
        await unit.audit({
          action: 'email-confirmed',
          entity: 'notice-preferences',
          id: user.account.id,
          person: user.account.person,
        });
        return true;
      });
      if (right === null) throw new Problem('notice.code-over');
      if (!right) throw new Problem('notice.code-wrong');
    },
  };
}
