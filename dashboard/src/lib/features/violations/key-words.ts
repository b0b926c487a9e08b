import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

/** Why a key of the review did nothing, and what to do. */
export const keyWords = moduleWords({
  right: [
    '你的账号只能查看，不能复核。需要复核请联系管理员。',
    'Your account can look, but not decide. Ask an administrator for the right to review.',
  ],
  none: [
    '没有打开的违章。先从列表选一条，再按键。',
    'Nothing is open. Choose an entry of the list first.',
  ],
  decided: [
    '这条已有定论。要更改，请先“撤销定论”。',
    'This one is decided. To change that, reopen it first.',
  ],
  hazard: [
    '只有已确认的违章才能转为隐患。请先确认。',
    'Only a confirmed violation becomes a hazard. Confirm it first.',
  ],
  hazardRight: [
    '你的账号不能上报隐患。请联系管理员。',
    'Your account cannot report hazards. Ask an administrator.',
  ],
  undo: [
    '没有可撤销的操作。要更改旧的定论，请打开它再“撤销定论”。',
    'There is nothing to undo. To change an older decision, open it and reopen it.',
  ],
});
