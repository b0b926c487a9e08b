import { words as deviceWords } from '$lib/features/site-devices/i18n.ts';
import { worded } from '$lib/features/site-devices/texts.ts';
import { clockTime } from '$lib/format/time.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { words } from './i18n.ts';
import type { ActionList } from './incident-actions-api.ts';

type Command = ActionList['commands'][number];

/** What became of a command, as a sentence: acknowledged, timed out, refused. */
export function stateText({ state, fault, endedAt, validUntil }: Command): string {
  const t = words.t.state;
  const time = (at: string): string => clockTime(at, i18n.locale);
  const why = fault === null ? words.t.noReason : worded(deviceWords.t.faults, fault);
  switch (state) {
    case 'awaiting-approval':
      return t.waits(time(validUntil));
    case 'requested':
    case 'sent':
      return t.sent;
    case 'accepted':
      return t.accepted;
    case 'done':
      return t.acknowledged(time(endedAt ?? validUntil));
    case 'refused':
      return t.refused(why);
    case 'failed':
      return t.failed(why);
    case 'expired':
      return t.timedOut;
  }
}
