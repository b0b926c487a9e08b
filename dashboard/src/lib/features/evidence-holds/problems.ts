import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'evidence-hold.unknown': ['没有这个封存。', 'There is no such hold.'],
  'evidence-hold.version-conflict': [
    '其他人已修改该封存，请重新打开后再试。',
    'Someone else changed this hold meanwhile; open it again.',
  ],
  'evidence-hold.held-before': [
    '该事件的证据已被封存，可修改其复查日期。',
    'The evidence of this incident is held already; change its review date.',
  ],
  'evidence-hold.lifted': ['该封存已解除。', 'The hold was lifted.'],
  'evidence-hold.review-past': [
    '复查日期须在明天至五年之内。',
    'The review date is to be after today, and within five years.',
  ],
});
