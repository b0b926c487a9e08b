import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

/** Words of what came since the last look. */
export const lookWords = moduleWords({
  since: [
    (n: number, at: string) => `${at} 以来新增 ${n} 件`,
    (n: number, at: string) => `${n} new since ${at}`,
  ],
  none: [(at: string) => `${at} 以来无新增`, (at: string) => `None new since ${at}`],
  looked: [(at: string) => `上次查看 ${at}`, (at: string) => `Last look at ${at}`],
  first: ['首次查看：此后到来的事件会标为新增', 'First look: what comes later is marked as new'],
  show: ['只看新增', 'Show them'],
  shown: [(at: string) => `${at} 以来新增的事件`, (at: string) => `New since ${at}`],
  all: ['全部显示', 'Show all'],
  seen: [(at: string) => `以下为 ${at} 前的事件`, (at: string) => `Seen at ${at}`],
  fresh: [(at: string) => `以下为 ${at} 以来新增`, (at: string) => `New since ${at}`],
  unseen: ['新增', 'New'],
});
