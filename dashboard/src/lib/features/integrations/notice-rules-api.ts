import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type NoticeKind = Answer<'/api/v1/notices/rules', 'get'>['kinds'][number];
export type NoticeChannel = keyof NoticeKind['channels'];
/** The company's choice for a kind and a channel; the default is the program's. */
export type RuleChoice = 'default' | 'on' | 'off';

export const readNoticeRules = async (): Promise<NoticeKind[]> =>
  (await take(client.GET('/api/v1/notices/rules'))).kinds;

export const setNoticeRule = async (
  kind: string,
  channel: NoticeChannel,
  choice: RuleChoice,
): Promise<NoticeKind[]> => {
  const on = choice === 'default' ? null : choice === 'on';
  const body = { choices: [{ kind, channel, on }] };
  return (await take(client.PUT('/api/v1/notices/rules', { body }))).kinds;
};

export function ruleOf(kind: NoticeKind, channel: NoticeChannel): RuleChoice {
  const { on, from } = kind.channels[channel];
  if (from !== 'tenant') return 'default';
  return on ? 'on' : 'off';
}
