import { describe, expect, it } from 'vitest';
import {
  ago,
  calendarDay,
  clipTime,
  clockTime,
  dateTime,
  duration,
  listTime,
  localDay,
  roughDuration,
} from './time.ts';

const instant = '2026-11-25T06:03:07.250Z';

describe('instants', () => {
  it('show seconds in the given time zone, in 24 hours', () => {
    expect(clockTime(instant, 'zh-CN', 'Asia/Shanghai')).toBe('14:03:07');
    expect(clockTime('2026-11-25T16:00:00Z', 'en', 'Asia/Shanghai')).toBe('00:00:00');
  });

  it('show the date in the order of the language', () => {
    expect(dateTime(instant, 'zh-CN', 'Asia/Shanghai')).toBe('2026/11/25 14:03:07');
    expect(dateTime(instant, 'en', 'Asia/Shanghai')).toBe('Nov 25, 2026, 14:03:07');
  });

  it('show a day without a time zone, and take the day of the place for names', () => {
    expect(calendarDay('2026-11-05', 'zh-CN')).toBe('2026/11/05');
    expect(calendarDay('2026-11-05', 'en')).toBe('Nov 05, 2026');
    expect(localDay(new Date(2026, 0, 5, 0, 30))).toBe('2026-01-05');
    expect(localDay(new Date(2026, 0, 5, 23, 30))).toBe('2026-01-05');
  });

  it('omit the date in a list for today only', () => {
    const now = new Date(2026, 10, 25, 14, 0, 0);
    const earlier = new Date(2026, 10, 25, 9, 5, 7).toISOString();
    const yesterday = new Date(2026, 10, 24, 9, 5, 7).toISOString();
    expect(listTime(earlier, 'zh-CN', now.getTime())).toBe('09:05:07');
    expect(listTime(yesterday, 'zh-CN', now.getTime())).toMatch(/11.24.*09:05/);
  });

  it('show the age in the largest suitable unit', () => {
    const now = Date.parse(instant);
    expect(ago(new Date(now - 5_000).toISOString(), 'en', now)).toBe('5 sec. ago');
    expect(ago(new Date(now + 9_000).toISOString(), 'en', now)).toBe('now');
    expect(ago(new Date(now - 119_000).toISOString(), 'en', now)).toBe('1 min. ago');
    expect(ago(new Date(now - 2 * 86_400_000).toISOString(), 'zh-CN', now)).toBe('前天');
  });
});

describe('durations', () => {
  it('have tenths below ten seconds, then whole seconds, minutes and hours', () => {
    expect(duration(4.24, 'en')).toBe('4.2 s');
    expect(duration(42.4, 'zh-CN')).toBe('42 秒');
    expect(duration(65, 'en')).toBe('1 min 05 s');
    expect(duration(7_380, 'en')).toBe('2 h 03 min');
  });

  it('are never 60 seconds or negative', () => {
    expect(duration(59.97, 'en')).toBe('1 min 00 s');
    expect(duration(-3, 'en')).toBe('0.0 s');
  });

  it('are rounded to their largest unit', () => {
    expect(roughDuration(-2, 'en')).toBe('0 sec');
    expect(roughDuration(59.9, 'en')).toBe('59 sec');
    expect(roughDuration(299, 'zh-CN')).toBe('4分钟');
    expect(roughDuration(7_380, 'en')).toBe('2 hr');
    expect(roughDuration(3 * 86_400, 'en')).toBe('3 days');
  });

  it('show a position in a clip with tenths', () => {
    expect(clipTime(0)).toBe('0:00.0');
    expect(clipTime(64.27)).toBe('1:04.2');
  });
});
