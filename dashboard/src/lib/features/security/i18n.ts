import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['安全自检', 'Security report'],
  hint: [
    '每次打开时重新检查。“危险”表示现在对他人开放；“注意”表示需要明知后作出的决定。',
    'Checked each time. "Danger" is exposed now; "notice" needs a decision.',
  ],
  again: ['重新检查', 'Check again'],
  states: { ok: ['正常', 'In order'], notice: ['注意', 'Notice'], danger: ['危险', 'Danger'] },
  allGood: ['全部正常', 'All is in order'],
  open: [
    (danger: number, notice: number) => `${danger} 项危险，${notice} 项注意`,
    (danger: number, notice: number) => `${danger} danger, ${notice} notice`,
  ],
});
