import type { ArmedByApi } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../platform/calendar/calendar.ts';
import { usualCalendar } from '../../platform/calendar/definition.ts';
import type { PermitInArea } from '../permits/in-areas.ts';
import { type ArmingKnown, armingStateOf } from './state.ts';

const ZONE = 'Asia/Shanghai';
const calendar = createCalendar(usualCalendar, ZONE);
/** A time at the plant. */
const at = (text: string) => new Date(`${text}:00+08:00`);
const known = (text: string, more: Partial<ArmingKnown> = {}): ArmingKnown => ({
  now: at(text),
  calendar,
  permits: [],
  ...more,
});
const state = (when: ArmedByApi, about: ArmingKnown) => armingStateOf(when, 'gate', about);
const permit = (more: Partial<PermitInArea> = {}): PermitInArea => ({
  id: '01KAVDEMZ00000000000000001',
  kind: 'hot-work',
  area: 'gate',
  title: 'Weld',
  holds: true,
  state: 'active',
  since: at('2026-11-27T08:00'),
  to: at('2026-11-27T16:00'),
  ...more,
});

describe('a shift', () => {
  const night: ArmedByApi = { by: 'shift', from: '22:00', to: '06:00', days: ['fri'] };

  it('over midnight belongs to the day on which it begins', () => {
    // 2026-11-27 is a Friday.
    expect(state(night, known('2026-11-27T21:59'))).toMatchObject({
      armed: false,
      cause: 'out-of-shift',
      until: at('2026-11-27T22:00').toISOString(),
    });
    expect(state(night, known('2026-11-28T05:59'))).toMatchObject({
      armed: true,
      cause: 'in-shift',
      since: at('2026-11-27T22:00').toISOString(),
      until: at('2026-11-28T06:00').toISOString(),
    });
    expect(state(night, known('2026-11-28T06:00')).armed).toBe(false);
    expect(state(night, known('2026-11-28T23:00')).armed).toBe(false);
  });

  it('is one where shifts touch, and changes at the moment that it names', () => {
    const all: ArmedByApi = { by: 'shift', from: '00:00', to: '23:59' };
    expect(state(all, known('2026-11-27T12:00'))).toMatchObject({
      armed: true,
      until: at('2026-11-27T23:59').toISOString(),
    });
    const times = fc.integer({ min: 0, max: 1439 }).map((minute) => {
      const two = (n: number) => String(n).padStart(2, '0');
      return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
    });
    fc.assert(
      fc.property(times, times, fc.integer({ min: 0, max: 20_160 }), (from, to, minutes) => {
        fc.pre(from !== to);
        const when: ArmedByApi = { by: 'shift', from, to };
        const now = new Date(at('2026-11-27T00:00').getTime() + minutes * 60_000);
        const before = state(when, { ...known('2026-11-27T00:00'), now });
        expect(before.until).not.toBeNull();
        const change = new Date(before.until as string);
        expect(change > now).toBe(true);
        const after = state(when, { ...known('2026-11-27T00:00'), now: change });
        expect(after.armed).toBe(!before.armed);
        const last = new Date(change.getTime() - 1);
        expect(state(when, { ...known('2026-11-27T00:00'), now: last }).armed).toBe(before.armed);
      }),
    );
  });
});

describe('the working calendar', () => {
  it('arms within its hours or outside of them', () => {
    const resting: ArmedByApi = { by: 'calendar', while: 'resting' };
    expect(state(resting, known('2026-11-27T09:00'))).toMatchObject({
      armed: false,
      cause: 'working',
      until: at('2026-11-27T12:00').toISOString(),
    });
    // From Friday evening to Monday morning.
    expect(state(resting, known('2026-11-28T09:00'))).toMatchObject({
      armed: true,
      cause: 'resting',
      since: at('2026-11-27T17:00').toISOString(),
      until: at('2026-11-30T08:00').toISOString(),
    });
    const working: ArmedByApi = { by: 'calendar', while: 'working' };
    expect(state(working, known('2026-11-27T09:00')).armed).toBe(true);
    // A statutory holiday.
    expect(state(working, known('2026-10-01T09:00')).armed).toBe(false);
  });
});

describe('a permit', () => {
  const disarms: ArmedByApi = { by: 'permit', while: 'none' };
  const now = '2026-11-27T10:00';

  it('that holds disarms until the last one ends, or arms', () => {
    const permits = [
      permit(),
      permit({ id: '01KAVDEMZ00000000000000002', to: at('2026-11-27T18:00') }),
    ];
    expect(state(disarms, known(now, { permits }))).toMatchObject({
      armed: false,
      cause: 'permit-active',
      permit: '01KAVDEMZ00000000000000002',
      until: at('2026-11-27T18:00').toISOString(),
    });
    const arms: ArmedByApi = { by: 'permit', while: 'active' };
    expect(state(arms, known(now, { permits })).armed).toBe(true);
    expect(state(arms, known(now)).armed).toBe(false);
  });

  it('of another area or kind changes nothing', () => {
    const other = [permit({ area: 'hall' }), permit({ kind: 'lifting' })];
    const of: ArmedByApi = { ...disarms, kinds: ['hot-work'] };
    expect(state(of, known(now, { permits: other }))).toMatchObject({
      armed: true,
      cause: 'permit-none',
    });
    const own: ArmedByApi = { ...of, area: 'hall' };
    expect(state(own, known(now, { permits: other })).armed).toBe(false);
  });

  it('that was stopped or is over says so', () => {
    for (const [was, cause] of [
      ['suspended', 'permit-suspended'],
      ['cancelled', 'permit-revoked'],
      ['expired', 'permit-ended'],
      ['closed', 'permit-ended'],
    ] as const) {
      const permits = [permit({ holds: false, state: was })];
      expect(state(disarms, known(now, { permits }))).toMatchObject({
        armed: true,
        cause,
        permit: permits[0]?.id,
      });
    }
  });
});
