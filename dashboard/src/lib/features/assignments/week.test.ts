import { expect, it } from 'vitest';
import type { Board, JobRow } from './assignments-api.ts';
import { dayAfter, fromLocal, placeRows, toLocal } from './week.ts';

it('reads and writes times by the clock of the plant, also where the browser is elsewhere', () => {
  expect(toLocal('2026-11-30T00:30:00Z', 'Asia/Shanghai')).toBe('2026-11-30T08:30');
  expect(fromLocal('2026-11-30T08:30', 'Asia/Shanghai')).toBe('2026-11-30T00:30:00.000Z');
  for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu']) {
    for (const local of ['2026-03-29T12:00', '2026-10-25T05:15', '2026-12-31T23:59']) {
      expect(toLocal(fromLocal(local, zone), zone)).toBe(local);
    }
  }
  expect(fromLocal('', 'Asia/Shanghai')).toBe('');
});

it('moves by days over the ends of months and years', () => {
  expect(dayAfter('2026-12-28', 7)).toBe('2027-01-04');
  expect(dayAfter('2027-03-01', -7)).toBe('2027-02-22');
});

it('puts a job that goes on past midnight on both days, at its machine', () => {
  const days = [0, 1].map((n) => ({
    day: dayAfter('2026-11-30', n),
    from: `2026-${n === 0 ? '11-29' : '11-30'}T16:00:00.000Z`,
    until: `2026-${n === 0 ? '11-30' : '12-01'}T16:00:00.000Z`,
  }));
  const job = (id: string, from: string, until: string, machine: string | null) =>
    ({
      id,
      from,
      until,
      machine: machine === null ? null : { id: machine, name: { zh: machine, en: machine } },
      area: { id: 'hall', name: { zh: 'hall', en: 'hall' } },
    }) as JobRow;
  const items = [
    job('night', '2026-11-30T12:00:00.000Z', '2026-11-30T20:00:00.000Z', 'welder-1'),
    job('day', '2026-12-01T01:00:00.000Z', '2026-12-01T05:00:00.000Z', null),
  ];
  const rows = placeRows({ items, days } as Pick<Board, 'items' | 'days'>);
  expect(
    rows.map(({ id, days: cells }) => [id, cells.map((jobs) => jobs.map((one) => one.id))]),
  ).toEqual([
    ['area:hall', [[], ['day']]],
    ['machine:welder-1', [['night'], ['night']]],
  ]);
});
