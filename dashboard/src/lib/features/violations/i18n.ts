import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

/** Words of the original evidence. */
export const words = moduleWords({
  blurred: ['人脸已模糊', 'Faces blurred'],
  reveal: ['查看原片', 'Reveal original'],
  revealTitle: ['查看本条违章的原片', 'Reveal the originals of this violation'],
  revealText: [
    '原片中可以认出画面里的每一个人。查看理由、查看人和时间写入审计日志；十分钟后自动恢复为模糊版。',
    'Everybody in the originals can be recognised. Your reason, your name and the time go into the audit log; after ten minutes the blurred version is shown again.',
  ],
  revealReason: ['查看理由', 'Reason'],
  shown: ['正在显示原片，可以认出人员', 'Originals are shown: people can be recognised'],
  left: [(time: string) => `剩余 ${time}`, (time: string) => `${time} left`],
  hide: ['恢复模糊版', 'Hide again'],
});
