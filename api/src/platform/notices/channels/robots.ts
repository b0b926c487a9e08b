import { createHmac } from 'node:crypto';
import { type AllowList, type Answer, postOutward, RefusedTarget } from '../../outbox/outward.ts';
import type { Message, Outcome } from './types.ts';
import { addressOf, headingOf, severityWord, shortenBytes } from './words.ts';

export const robotFormats = ['wecom', 'dingtalk', 'feishu', 'plain'] as const;
export type RobotFormat = (typeof robotFormats)[number];

/** The robot of a chat group, unsealed. */
export interface Robot {
  format: RobotFormat;
  url: string;
  /** Signs the message where the group requires it (DingTalk 加签, Feishu 签名校验, plain). */
  secret: string | null;
}

const TIMEOUT_MS = 10_000;
/** WeCom accepts 2048 bytes of text, the smallest limit among them. */
const MOST_BYTES = 2_000;
const MOST_ANSWER_BYTES = 64 * 1024;

/** A robot's rate limit codes: the message is retried later. */
const TOO_OFTEN = new Set([45009, 130101, 410100, 11232, 9499]);

/** The robot's address and JSON body. */
export function requestFor(
  robot: Robot,
  message: Message,
  publicUrl: string | null,
  now: Date,
): { url: string; body: object; headers: Record<string, string> } {
  const { format, url, secret } = robot;
  const text = shortenBytes(textOf(message, publicUrl), MOST_BYTES);
  const headers: Record<string, string> = {};
  switch (format) {
    case 'wecom':
      return { url, headers, body: { msgtype: 'text', text: { content: text } } };
    case 'dingtalk': {
      const body = { msgtype: 'text', text: { content: text } };
      if (!secret) return { url, headers, body };
      const timestamp = String(now.getTime());
      const signed = new URL(url);
      signed.searchParams.set('timestamp', timestamp);
      signed.searchParams.set('sign', hmac(secret, `${timestamp}\n${secret}`));
      return { url: signed.href, headers, body };
    }
    case 'feishu': {
      const body = { msg_type: 'text', content: { text } };
      if (!secret) return { url, headers, body };
      const timestamp = String(Math.floor(now.getTime() / 1000));
      // Feishu signs an empty message, with the time and the secret as the key.
      const sign = hmac(`${timestamp}\n${secret}`, '');
      return { url, headers, body: { timestamp, sign, ...body } };
    }
    case 'plain': {
      const { notices, language, tenant } = message;
      const body = {
        tenant,
        notices: notices.map((told) => ({
          id: told.id,
          kind: told.kind,
          severity: told.severity,
          title: told.title[language],
          body: told.body[language],
          url: addressOf(publicUrl, told.link),
          at: told.at.toISOString(),
        })),
      };
      if (!secret) return { url, headers, body };
      const timestamp = String(Math.floor(now.getTime() / 1000));
      const signature = createHmac('sha256', secret)
        .update(`${timestamp}.${JSON.stringify(body)}`)
        .digest('hex');
      return { url, body, headers: { 'anshi-signature': `t=${timestamp},v1=${signature}` } };
    }
  }
}

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64');

function textOf(message: Message, publicUrl: string | null): string {
  const { notices, language } = message;
  return (
    notices
      .map((told) => {
        const head = `[${severityWord(told, language)}] ${told.title[language]}`;
        return [head, told.body[language], addressOf(publicUrl, told.link)]
          .filter(Boolean)
          .join('\n');
      })
      .join('\n\n')
      .trim() || headingOf(message)
  );
}

/**
 * Sends to the robot. It answers 200 to refused messages too: its own code counts.
 *
 * @param allowed allowed internal addresses; without the check, setting up a robot would allow
 *   requests to any machine of the plant (SSRF).
 */
export async function sendToRobot(
  robot: Robot,
  message: Message,
  publicUrl: string | null,
  allowed: AllowList,
): Promise<Outcome> {
  const { url, body, headers } = requestFor(robot, message, publicUrl, new Date());
  let answer: Answer;
  try {
    answer = await postOutward(url, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      allowed,
      withinMs: TIMEOUT_MS,
      mostBytes: MOST_ANSWER_BYTES,
    });
  } catch (error) {
    if (error instanceof RefusedTarget) {
      return {
        result: 'failed',
        detail: 'its address lies inside of the plant: ANSHI_WEBHOOK_ALLOW',
      };
    }
    // The address contains the robot's key and must not appear in messages.
    const { code, name } = error as NodeJS.ErrnoException;
    return { result: 'later', detail: `not reached: ${code ?? name}` };
  }
  const { status, text } = answer;
  if (status === 429 || status >= 500) return { result: 'later', detail: `answered ${status}` };
  if (status < 200 || status >= 300) return { result: 'failed', detail: `answered ${status}` };
  return robot.format === 'plain' ? { result: 'sent' } : readCode(text);
}

function readCode(text: string): Outcome {
  let read: { errcode?: unknown; code?: unknown; StatusCode?: unknown };
  try {
    read = JSON.parse(text) as typeof read;
  } catch {
    return {
      result: 'failed',
      detail: 'answered without a result: is this the address of a robot?',
    };
  }
  const code = read.errcode ?? read.code ?? read.StatusCode;
  if (code === 0) return { result: 'sent' };
  const detail = `refused with code ${String(code)}`;
  return { result: TOO_OFTEN.has(Number(code)) ? 'later' : 'failed', detail };
}
