import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'incident-note.unknown': ['没有这条备注。', 'There is no such note.'],
  'incident-note.version-conflict': [
    '您已在别处更正过这条备注，请重新打开后再试。',
    'You corrected this note elsewhere meanwhile; open it again.',
  ],
  'incident-note.not-own': ['只有记录人可以更正备注。', 'Only its author corrects a note.'],
  'incident-note.too-many': [
    '备注已达上限，请更正已有的本人备注。',
    'The incident has as many notes as it can have; correct one of your own.',
  ],
});
