import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'evidence-pack.unknown': ['没有这个证据包。', 'There is no such pack.'],
  'evidence-pack.not-ready': [
    '证据包尚未就绪或已删除，请重新生成。',
    'The pack is not ready, or was removed; make another one.',
  ],
  'evidence-pack.originals': [
    '您没有查看原始证据的权限，请生成不含原始照片与录像的证据包。',
    'You may not have originals. Make a pack without them.',
  ],
  'evidence-pack.too-large': [
    '证据包将超过 2 GiB，请先拆分事件。',
    'The pack would have more than 2 GiB. Split the incident first.',
  ],
});
