import nodemailer, { type Transporter } from 'nodemailer';
import type { NoticeSettings } from '../../settings.ts';
import type { Message, Outcome, Sender } from './types.ts';
import { addressOf, headingOf, severityWord } from './words.ts';

export interface EmailSender extends Sender {
  /** Sends a mail other than a notice, to an address that may be unconfirmed. */
  sendPlain(
    to: string,
    mail: { subject: string; text: string; language: 'zh' | 'en' },
  ): Promise<Outcome>;
  close(): void;
}

/** A person's mail address, or why there is none. */
export type MailAddress = { to: string } | { none: 'no-address' | 'not-confirmed' };

/**
 * Sends notices by e-mail, in the person's language.
 *
 * @param addressOfUser a person's mail address.
 */
export function createEmailSender(
  settings: NoticeSettings,
  addressOfUser: (tenant: string, user: string) => Promise<MailAddress>,
): EmailSender {
  const { smtpUrl, from, publicUrl } = settings;
  const transport = smtpUrl ? open(smtpUrl) : null;
  return {
    lacks() {
      if (transport && from) return null;
      return {
        zh: '未设置邮件服务器（ANSHI_SMTP_URL 与 ANSHI_MAIL_FROM）',
        en: 'No mail server is set (ANSHI_SMTP_URL and ANSHI_MAIL_FROM).',
      };
    },
    async send(message) {
      if (!transport || !from) return { result: 'skipped', detail: 'not-configured' };
      const address = await addressOfUser(message.tenant, message.recipient);
      if ('none' in address) return { result: 'skipped', detail: address.none };
      const { to } = address;
      try {
        await transport.sendMail({ from, to, ...compose(message, publicUrl, from) });
        return { result: 'sent' };
      } catch (error) {
        return readFailure(error);
      }
    },
    async sendPlain(to, { subject, text, language }) {
      if (!transport || !from) return { result: 'skipped', detail: 'not-configured' };
      const headers = {
        'Auto-Submitted': 'auto-generated',
        'Content-Language': language === 'zh' ? 'zh-CN' : 'en',
      };
      try {
        await transport.sendMail({ from, to, subject, text, headers });
        return { result: 'sent' };
      } catch (error) {
        return readFailure(error);
      }
    },
    close: () => transport?.close(),
  };
}

function open(smtpUrl: string): Transporter {
  const { protocol, hostname, username } = new URL(smtpUrl);
  // A password must not be sent in plaintext.
  const isLocal = /^(localhost|127\..*|\[::1\])$/.test(hostname);
  const requireTLS = protocol === 'smtp:' && username !== '' && !isLocal;
  return nodemailer.createTransport({
    url: smtpUrl,
    ...(requireTLS ? { requireTLS } : {}),
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
  });
}

/** A mail as text and as HTML. Its id is that of the notice, so that duplicates are recognised. */
export function compose(message: Message, publicUrl: string | null, from: string) {
  const { notices, language, recipient, digest } = message;
  const lines = notices.map((told) => ({
    mark: severityWord(told, language),
    title: told.title[language],
    body: told.body[language],
    address: addressOf(publicUrl, told.link),
    at: told.at.toISOString(),
    critical: told.severity === 'critical',
  }));
  const open = language === 'zh' ? '在安视中打开' : 'Open in Anshi';
  const foot =
    language === 'zh'
      ? '在安视的“通知设置”中可以选择如何接收通知。'
      : 'Choose how you hear of things under notice settings in Anshi.';
  const domain = /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'anshi.invalid';
  const ids = digest ? `digest-${notices[0]?.id}` : notices[0]?.id;
  const mark = !digest && lines.length === 1 ? `[${lines[0]?.mark}] ` : '';
  return {
    subject: `${mark}${headingOf(message)}`,
    messageId: `<${ids}.${recipient}@${domain}>`,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': language === 'zh' ? 'zh-CN' : 'en',
      ...(lines.some(({ critical }) => critical) ? { Importance: 'high', 'X-Priority': '1' } : {}),
    },
    text: `${lines
      .map(({ mark, title, body, address }) =>
        [`[${mark}] ${title}`, body, address && `${open}: ${address}`].filter(Boolean).join('\n'),
      )
      .join('\n\n')}\n\n-- \n${foot}\n`,
    html: `<!doctype html><html lang="${language}"><body style="font-family:sans-serif;font-size:16px">${lines
      .map(
        ({ mark, title, body, address }) =>
          `<h2 style="font-size:18px;margin:16px 0 4px">[${inHtml(mark)}] ${inHtml(title)}</h2>` +
          `<p style="white-space:pre-line;margin:0 0 8px">${inHtml(body)}</p>` +
          (address ? `<p><a href="${inHtml(address)}">${open}</a></p>` : ''),
      )
      .join('')}<hr><p style="color:#555;font-size:13px">${foot}</p></body></html>`,
  };
}

const inHtml = (text: string) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

/** A permanent rejection of the mail (5xx) stays; other errors may be transient. */
function readFailure(error: unknown): Outcome {
  const { responseCode, code, message } = error as {
    responseCode?: number;
    code?: string;
    message: string;
  };
  const detail = `${code ?? 'error'}: ${message}`.slice(0, 300);
  const isFinal = code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500;
  return { result: isFinal ? 'failed' : 'later', detail };
}
