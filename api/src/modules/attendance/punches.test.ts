import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { placePunches, readDirection, readTimes } from './punches.ts';

const zone = 'Asia/Shanghai';
function placed(text: string, day: string | null, direction: 'in' | 'out' | null = null): unknown {
  const punches = readTimes(text);
  if ('code' in punches) return punches.code;
  return (
    placePunches(punches, { day, direction, zone })?.map(
      (one) =>
        `${one.direction ?? '-'} ${DateTime.fromJSDate(one.at, { zone }).toFormat('MM-dd HH:mm:ss')}`,
    ) ?? 'no day'
  );
}

describe('the times of a cell', () => {
  it.each<[string, string | null, unknown]>([
    ['08:01', '2026-11-20', ['- 11-20 08:01:00']],
    ['８：０１', '2026-11-20', ['- 11-20 08:01:00']],
    ['2026-11-20 08:01:33', null, ['- 11-20 08:01:33']],
    ['2026-11-20T08:01:33', null, ['- 11-20 08:01:33']],
    ['2026年11月20日 8:01', null, ['- 11-20 08:01:00']],
    ['08:01', null, 'no day'],
    [
      '08:01 12:03 12:58 17:30',
      '2026-11-20',
      ['in 11-20 08:01:00', 'out 11-20 12:03:00', 'in 11-20 12:58:00', 'out 11-20 17:30:00'],
    ],
    // A night shift: the second time is of the next day.
    ['20:02;08:05', '2026-11-30', ['in 11-30 20:02:00', 'out 12-01 08:05:00']],
    // As spreadsheets keep them: a part of a day, and a day with it.
    ['0.334027777777778', '2026-11-20', ['- 11-20 08:01:00']],
    ['46346.334027777777778', null, ['- 11-20 08:01:00']],
    ['25:00', '2026-11-20', 'time-form'],
    ['8', '2026-11-20', 'time-form'],
    ['迟到', '2026-11-20', 'time-form'],
    ['2026-02-31 08:00', null, 'no-such-day'],
    [Array(13).fill('08:00').join(' '), '2026-11-20', 'times-many'],
  ])('%s of %s', (text, day, expected) => {
    expect(placed(text, day)).toEqual(expected);
  });

  it('one time has the direction of its row', () => {
    expect(placed('08:01', '2026-11-20', 'out')).toEqual(['out 11-20 08:01:00']);
    expect(['上班', ' C/In ', '签退', 'OUT', '?'].map(readDirection)).toEqual([
      'in',
      'in',
      'out',
      'out',
      null,
    ]);
  });

  it('times of a row never go back', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(fc.array(minute, { minLength: 1, maxLength: 12 }), (minutes) => {
        const text = minutes.map(
          (one) => `${Math.floor(one / 60)}:${String(one % 60).padStart(2, '0')}`,
        );
        const punches = readTimes(text.join(' '));
        if ('code' in punches) throw new Error(punches.code);
        const times = placePunches(punches, { day: '2026-11-20', direction: null, zone }) ?? [];
        const at = times.map((one) => one.at.getTime());
        expect(at).toEqual([...at].sort((a, b) => a - b));
      }),
    );
  });
});
