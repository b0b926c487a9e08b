import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'model.export-not-ready': [
    '导出还没有完成，或已按期清除，请稍后再试或重新导出。',
    'The export is not ready, or was removed at the end of its term: wait, or make it again.',
  ],
});
