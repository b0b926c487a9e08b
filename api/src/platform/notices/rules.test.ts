import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channels, noticeKinds, severities } from './kinds.ts';
import { quietUntil } from './quiet-hours.ts';
import { choiceKey, decide, type Profile } from './rules.ts';

const profile = (changes: Partial<Profile> = {}): Profile => ({
  language: 'zh',
  email: null,
  emailConfirmed: false,
  timeZone: 'Asia/Shanghai',
  quiet: null,
  threshold: { push: 'info', email: 'info' },
  ...changes,
});
const night = { from: '22:00', to: '07:00' };
const none = new Map<string, boolean>();
const noon = new Date('2026-11-25T04:00:00Z');
const midnight = new Date('2026-11-25T16:00:00Z');

const ask = (changes: Partial<Parameters<typeof decide>[0]>) =>
  decide({
    kind: 'hazard.assigned',
    severity: 'warning',
    channel: 'push',
    profile: profile(),
    own: none,
    rules: none,
    now: noon,
    ...changes,
  });

describe('delivery rules', () => {
  it('a preference for the kind comes first, then for all kinds, then the tenant’s rules', () => {
    const on = (kind: string, value: boolean) => new Map([[choiceKey(kind, 'push'), value]]);
    expect(ask({}).do).toBe('send');
    expect(ask({ rules: on('*', false) })).toEqual({ do: 'skip', why: 'switched-off' });
    expect(ask({ rules: new Map([...on('*', false), ...on('hazard.assigned', true)]) }).do).toBe(
      'send',
    );
    expect(ask({ rules: on('hazard.assigned', true), own: on('*', false) }).do).toBe('skip');
    expect(ask({ own: new Map([...on('*', false), ...on('hazard.assigned', true)]) }).do).toBe(
      'send',
    );
  });

  it('an unlisted kind follows the rule of `other`', () => {
    expect(ask({ kind: 'something.new' }).do).toBe('send');
    expect(ask({ kind: 'something.new', severity: 'info' }).do).toBe('skip');
    expect(ask({ kind: 'something.new', channel: 'email' }).do).toBe('skip');
  });

  it('notices below the threshold stay in the app', () => {
    const high = profile({ threshold: { push: 'critical', email: 'info' } });
    expect(ask({ profile: high })).toEqual({ do: 'skip', why: 'below-threshold' });
  });

  it('a notice is deferred to the end of quiet hours, also over midnight and in the person’s time zone', () => {
    const until = new Date('2026-11-25T23:00:00Z');
    expect(ask({ profile: profile({ quiet: night }), now: midnight })).toEqual({
      do: 'hold',
      until,
    });
    expect(ask({ profile: profile({ quiet: night }), now: until }).do).toBe('send');
    const london = profile({ quiet: night, timeZone: 'Europe/London' });
    expect(ask({ profile: london, now: midnight }).do).toBe('send');
  });

  it('critical notices are sent at once, regardless of preferences and time', () => {
    const chosen = fc.array(
      fc.tuple(
        fc.constantFrom(...noticeKinds.map(({ id }) => id), '*'),
        fc.constantFrom(...channels),
        fc.boolean(),
      ),
    );
    const choicesOf = (list: [string, string, boolean][]) =>
      new Map(list.map(([kind, channel, on]) => [choiceKey(kind, channel), on]));
    fc.assert(
      fc.property(
        fc.constantFrom(...noticeKinds),
        fc.constantFrom(...channels),
        fc.constantFrom(...severities),
        chosen,
        chosen,
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        (kind, channel, threshold, own, rules, now) => {
          const decision = ask({
            kind: kind.id,
            channel,
            severity: 'critical',
            own: choicesOf(own),
            rules: choicesOf(rules),
            now,
            profile: profile({ quiet: night, threshold: { push: threshold, email: threshold } }),
          });
          expect(decision).toEqual({ do: 'send' });
        },
      ),
    );
  });
});

describe('quiet hours', () => {
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const zone = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC');
  const instant = fc.date({
    min: new Date('2024-01-01'),
    max: new Date('2028-01-01'),
    noInvalidDate: true,
  });

  it('end within a day', () => {
    fc.assert(
      fc.property(clock, clock, zone, instant, (from, to, timeZone, now) => {
        const until = quietUntil({ from, to }, timeZone, now);
        if (until === null) return;
        const hours = (until.getTime() - now.getTime()) / 3_600_000;
        expect(hours).toBeGreaterThan(0);
        // A day has 25 hours at the end of daylight saving time.
        expect(hours).toBeLessThanOrEqual(25);
        expect(quietUntil({ from, to }, timeZone, until)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('and their complement cover the whole day', () => {
    fc.assert(
      fc.property(clock, clock, instant, (from, to, now) => {
        fc.pre(from !== to);
        const within = quietUntil({ from, to }, 'Asia/Shanghai', now) !== null;
        const without = quietUntil({ from: to, to: from }, 'Asia/Shanghai', now) !== null;
        expect(within).not.toBe(without);
      }),
    );
    expect(quietUntil({ from: '08:00', to: '08:00' }, 'UTC', noon)).toBeNull();
  });
});
