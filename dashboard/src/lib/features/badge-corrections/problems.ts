import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'badge-correction.unknown': ['没有这项更正。', 'There is no such correction.'],
  'badge-correction.binding-unknown': [
    '没有这条工牌登记，请重新查找工牌。',
    'There is no such binding; look the badge up again.',
  ],
  'badge-correction.person-unknown': [
    '此人不可能佩戴该工牌，请另选。',
    'This person cannot have worn the badge; choose another one.',
  ],
  'badge-correction.times': [
    '时段须在该登记的起止时间之内。',
    'The times have to be within those of the binding.',
  ],
  'badge-correction.own-case': [
    '涉及您本人，须由他人更正。',
    'You are one of the two: another person has to correct it.',
  ],
  'badge-correction.stale': [
    '预览后记录又有变化，请重新预览再确认。',
    'Records changed since the preview: look at it again, and confirm it.',
  ],
  'badge-correction.undone': ['该更正已撤销。', 'The correction was undone already.'],
  'badge-correction.changed-since': [
    '此后工牌登记又有变动，请先撤销后来的更正，或重新更正。',
    'The bindings changed since: undo the later change first, or correct the binding anew.',
  ],
  'badge-correction.overlaps': [
    '该工牌的另一段佩戴记录与这段时间重叠，请先更正那一段，使其在此之前结束。',
    'Another binding of the badge covers a part of this time: correct that one first, so that it ends where this one begins.',
  ],
  'badge-correction.too-many': [
    '依赖它的记录超过 500 条，请分成较短的时段逐段更正。',
    'More than 500 records depend on it: correct shorter stretches of time, one after the other.',
  ],
  'badge-correction.incomplete': [
    '有记录无法移动，因此全部未动。请重新预览；若再次出现，请缩短时段。',
    'Some records could not be moved, so that none was. Look at the preview again; where it comes again, shorten the time.',
  ],
});
