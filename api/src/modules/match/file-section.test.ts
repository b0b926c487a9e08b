import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { instantText } from './file-section.ts';

it('writes when rights may change in the order of the language, without a time at midnight', () => {
  const day = DateTime.fromISO('2027-01-17', { zone: 'Asia/Shanghai' });
  const at = day.plus({ hours: 9, minutes: 5 });
  expect((['zh', 'en'] as const).map((language) => instantText(day, language))).toEqual([
    '2027年1月17日',
    'Jan 17, 2027',
  ]);
  expect((['zh', 'en'] as const).map((language) => instantText(at, language))).toEqual([
    '2027年1月17日 09:05',
    'Jan 17, 2027, 09:05',
  ]);
});
