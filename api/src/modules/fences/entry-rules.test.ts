import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../platform/calendar/calendar.ts';
import { usualCalendar } from '../../platform/calendar/definition.ts';
import { noRequirements } from '../match/jobs.ts';
import { jobsOfFence, withinHours } from './entry-rules.ts';
import type { Hours } from './schema.ts';

const ofArea = {
  ...noRequirements,
  id: 'area:a',
  area: 'a',
  posts: ['fitter'],
  permit: 'hot-work',
};
const rule = { areaId: 'a', posts: [], permit: null, matched: true };

it('[POS-04] posts and permit of a fence are required beside those of the area, not in their place', () => {
  const asked = (changes: object, area = ofArea) =>
    jobsOfFence({ ...rule, ...changes }, area).map(({ posts, permit }) => [posts, permit]);
  expect(asked({})).toEqual([[['fitter'], 'hot-work']]);
  expect(asked({ posts: ['welder'] })).toEqual([
    [['fitter'], 'hot-work'],
    [['welder'], null],
  ]);
  expect(asked({ posts: ['welder'] }, { ...ofArea, posts: [] })).toEqual([
    [['welder'], 'hot-work'],
  ]);
  expect(asked({ permit: 'height' })).toEqual([
    [['fitter'], 'hot-work'],
    [[], 'height'],
  ]);
  expect(asked({ posts: ['welder'], matched: false })).toEqual([[['welder'], null]]);
});

describe('hours of a fence', () => {
  const calendar = createCalendar(usualCalendar, 'Asia/Shanghai');
  const at = (text: string) => new Date(`${text}+08:00`);
  const night: Hours = { by: 'shift', from: '22:00', to: '06:00', days: ['fri'] };

  it('go over midnight by the time of the plant, on the day on which they begin', () => {
    // 2026-11-27 is a Friday; the process may run in any zone.
    expect(withinHours(night, calendar, at('2026-11-27T21:59'))).toEqual({
      inside: false,
      until: at('2026-11-27T22:00').getTime(),
    });
    expect(withinHours(night, calendar, at('2026-11-28T05:59'))).toEqual({
      inside: true,
      until: at('2026-11-28T06:00').getTime(),
    });
    expect(withinHours(night, calendar, at('2026-11-28T23:00')).inside).toBe(false);
  });

  it('of the calendar end when work ends', () => {
    const working = { by: 'calendar', while: 'working' } as const;
    const { inside, until } = withinHours(working, calendar, at('2026-11-27T09:00'));
    expect(inside).toBe(true);
    expect(withinHours(working, calendar, new Date(until ?? 0)).inside).toBe(false);
  });
});
