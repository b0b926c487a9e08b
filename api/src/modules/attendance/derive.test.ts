import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { type Clocked, deriveDays, LONGEST_MS, type SiteClock, type Source } from './derive.ts';

const shanghai: SiteClock = { zone: 'Asia/Shanghai', dayStarts: 240 };
const at = (text: string, zone = shanghai.zone) => DateTime.fromISO(text, { zone }).toMillis();
let count = 0;
/** `in app 2026-11-20T08:00`; a direction `-` is none. */
function events(lines: readonly string[], zone?: string): Clocked[] {
  return lines.map((line) => {
    const [direction, source, time = ''] = line.split(' ');
    return {
      id: String(count++).padStart(8, '0'),
      at: at(time, zone),
      direction: direction === '-' ? null : (direction as 'in' | 'out'),
      source: source as Source,
      site: 's',
      flagged: false,
    };
  });
}
/** A day in one line: day, first in, last out, minutes, then what is wrong. */
function told(lines: readonly string[], clock = shanghai): string[] {
  const time = (ms: number | null) =>
    ms === null ? '-' : DateTime.fromMillis(ms, { zone: clock.zone }).toFormat('HH:mm');
  return deriveDays(events(lines, clock.zone), () => clock).map((one) =>
    [
      one.day,
      time(one.firstIn),
      time(one.lastOut),
      Math.round(one.presentMs / 60_000),
      ...one.breaks.map(({ from, until }) => `break ${time(from)}-${time(until)}`),
      ...(one.missingIn ? [`no in ${one.missingIn}`] : []),
      ...(one.missingOut ? [`no out ${one.missingOut}`] : []),
      ...(one.openSince === null ? [] : [`open ${time(one.openSince)}`]),
      ...(one.assumed ? ['assumed'] : []),
      one.sources.join('+'),
    ].join(' '),
  );
}

describe('the attendance of a day', () => {
  it.each<[string, string[], string[]]>([
    [
      'a day with a break',
      [
        'in app 2026-11-20T08:00',
        'out app 2026-11-20T12:00',
        'in app 2026-11-20T13:00',
        'out app 2026-11-20T17:00',
      ],
      ['2026-11-20 08:00 17:00 480 break 12:00-13:00 app'],
    ],
    [
      'a night shift belongs to the day on which it begins',
      ['in app 2026-11-20T22:00', 'out app 2026-11-21T06:00'],
      ['2026-11-20 22:00 06:00 480 app'],
    ],
    [
      'one person seen by the badge and by the app has one stay',
      [
        'in position 2026-11-20T07:55',
        'in app 2026-11-20T08:00',
        'out app 2026-11-20T17:00',
        'out position 2026-11-20T17:40',
      ],
      ['2026-11-20 07:55 17:40 585 app+position'],
    ],
    [
      'a press again is no other stay',
      ['in app 2026-11-20T08:00', 'in app 2026-11-20T08:20', 'out app 2026-11-20T17:00'],
      ['2026-11-20 08:00 17:00 540 app'],
    ],
    ['not clocked out', ['in app 2026-11-20T08:00'], ['2026-11-20 08:00 - 0 open 08:00 app']],
    [
      'not clocked out, and in on the next day',
      ['in app 2026-11-20T08:00', 'in app 2026-11-21T08:00', 'out app 2026-11-21T17:00'],
      ['2026-11-20 08:00 - 0 open 08:00 app', '2026-11-21 08:00 17:00 540 app'],
    ],
    ['not clocked in', ['out app 2026-11-20T17:00'], ['2026-11-20 - 17:00 0 no in 1 app']],
    [
      'one missed within the day',
      ['in app 2026-11-20T08:00', 'in app 2026-11-20T13:00', 'out app 2026-11-20T17:00'],
      ['2026-11-20 08:00 17:00 240 no out 1 app'],
    ],
    [
      'punches without a direction, one of them twice',
      [
        '- import 2026-11-20T07:58',
        '- import 2026-11-20T07:58:20',
        '- import 2026-11-20T12:01',
        '- import 2026-11-20T12:58',
        '- import 2026-11-20T17:03',
      ],
      ['2026-11-20 07:58 17:03 488 break 12:01-12:58 assumed import'],
    ],
    [
      'a punch without a direction beside a badge is the same passage',
      ['in position 2026-11-20T07:55', '- import 2026-11-20T07:58', '- import 2026-11-20T17:03'],
      ['2026-11-20 07:55 17:03 548 assumed position+import'],
    ],
    [
      'a punch that was missed does not turn those of the next day round',
      ['- import 2026-11-20T17:30', '- import 2026-11-21T07:30', '- import 2026-11-21T17:30'],
      [
        '2026-11-20 17:30 - 0 open 17:30 assumed import',
        '2026-11-21 07:30 17:30 600 assumed import',
      ],
    ],
  ])('%s', (_title, lines, days) => {
    expect(told(lines)).toEqual(days);
  });

  it('is that of the zone of the site', () => {
    const zone = 'America/Sao_Paulo';
    const lines = ['in app 2026-11-20T23:30', 'out app 2026-11-21T07:30'];
    expect(told(lines, { zone, dayStarts: 240 })).toEqual(['2026-11-20 23:30 07:30 480 app']);
    // The same instants are another day in Shanghai.
    const [day] = deriveDays(events(lines, zone), () => shanghai);
    expect(day?.day).toBe('2026-11-21');
  });

  it('groups punches of a night by when the day of the site begins', () => {
    const lines = ['- import 2026-11-20T20:00', '- import 2026-11-21T08:00'];
    expect(told(lines, { ...shanghai, dayStarts: 720 })).toEqual([
      '2026-11-20 20:00 08:00 720 assumed import',
    ]);
  });
});

const anyEvent = fc.record({
  minute: fc.integer({ min: 0, max: 6 * 24 * 60 }),
  direction: fc.constantFrom('in' as const, 'out' as const, null),
  source: fc.constantFrom<Source>('app', 'position', 'import', 'correction'),
});
const anyEvents = fc.array(anyEvent, { maxLength: 40 }).map((rows) =>
  rows.map(
    ({ minute, ...row }, n): Clocked => ({
      ...row,
      id: String(n).padStart(4, '0'),
      at: at('2026-11-16') + minute * 60_000,
      site: 's',
      flagged: false,
    }),
  ),
);
const derive = (list: readonly Clocked[]) => deriveDays(list, () => shanghai);

describe('for any events', () => {
  it('the order of arrival makes no difference', () => {
    fc.assert(
      fc.property(
        anyEvents.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          expect(derive(shuffled)).toEqual(derive(list));
        },
      ),
    );
  });

  it('each event belongs to one day, and presence lies between first in and last out', () => {
    fc.assert(
      fc.property(anyEvents, (list) => {
        const days = derive(list);
        expect(days.flatMap((day) => day.events).sort()).toEqual(list.map(({ id }) => id).sort());
        for (const { presentMs, firstIn, lastOut, breaks } of days) {
          expect(presentMs).toBeGreaterThanOrEqual(0);
          if (presentMs > 0) expect(presentMs).toBeLessThanOrEqual((lastOut ?? 0) - (firstIn ?? 0));
          for (const { from, until } of breaks) expect(until).toBeGreaterThanOrEqual(from);
        }
      }),
    );
  });

  it('the same event again changes no time', () => {
    fc.assert(
      fc.property(
        anyEvents.filter((list) => list.every(({ direction }) => direction !== null)),
        (list) => {
          const times = (all: readonly Clocked[]) =>
            derive(all).map(({ day, firstIn, lastOut, presentMs }) => [
              day,
              firstIn,
              lastOut,
              presentMs,
            ]);
          const again = list.map((one) => ({ ...one, id: `${one.id}-again` }));
          expect(times([...list, ...again])).toEqual(times(list));
        },
      ),
    );
  });

  it('what is apart by more than the longest stay is derived apart', () => {
    fc.assert(
      fc.property(anyEvents, anyEvents, (first, second) => {
        const gap = 10 * 86_400_000 + LONGEST_MS;
        const later = second.map((one) => ({ ...one, id: `l${one.id}`, at: one.at + gap }));
        expect(derive([...first, ...later])).toEqual([...derive(first), ...derive(later)]);
      }),
    );
  });
});
