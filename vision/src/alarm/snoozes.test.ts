import type { AlarmPlan } from '@anshi/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { camera, line, openAlarms, planOf, type WorkerAlarms } from '../testing/alarms.ts';
import { confirmedVerdict } from '../testing/findings.ts';

let world: WorkerAlarms;
beforeEach(async () => {
  world = await openAlarms();
});
afterEach(() => world?.close());

describe('a snooze', () => {
  const SNOOZE = '01KAXXXXXXXXXXXXXXXXXXXXX7';
  const snoozed = (changes: Partial<AlarmPlan['snoozes'][number]> = {}) =>
    world.take(
      planOf({
        lines: [line({ severities: ['low', 'medium', 'high'] })],
        snoozes: [
          {
            id: SNOOZE,
            camera: 'hall-west',
            zone: null,
            rule: null,
            high: false,
            from: new Date(world.now).toISOString(),
            until: new Date(world.now + 60_000).toISOString(),
            ...changes,
          },
        ],
        at: new Date(world.now).toISOString(),
      }),
    );
  const given = (severity: 'medium' | 'high') => {
    world.sent = [];
    world.reports = [];
    const verdict = confirmedVerdict({ severity, zone: 'cell', rule: 'zone-intrusion' });
    world.alarms.confirmed(verdict, camera);
    return world.sent.length > 0;
  };

  it('gives no alarm while it holds, and reports that it rests', () => {
    snoozed();
    expect(given('medium')).toBe(false);
    expect(world.reports).toMatchObject([
      { state: 'refused', fault: 'snoozed', snooze: SNOOZE, device: 'cell-beacon' },
    ]);
    // High severity rests only where a second person approved it.
    expect(given('high')).toBe(true);
    expect(world.reports[0]).not.toHaveProperty('snooze');
    world.pass(60_000);
    expect(given('medium')).toBe(true);
  });

  it('is of its zone and rule alone, and of high severity where the plan says so', () => {
    snoozed({ high: true, zone: 'cell' });
    expect(given('high')).toBe(false);
    world.now += 1_000;
    snoozed({ high: true, zone: 'assembly' });
    expect(given('high')).toBe(true);
    world.now += 1_000;
    snoozed({ high: true, rule: 'no-such-rule' });
    expect(given('high')).toBe(true);
    world.now += 1_000;
    snoozed({ high: true, camera: 'hall-east' });
    expect(given('high')).toBe(true);
  });

  it('holds after a restart without the API, and not with a clock that was set back behind it', async () => {
    snoozed({ high: true });
    await world.plan.close();
    world.plan = await world.openPlan();
    expect(given('high')).toBe(false);
    world.now -= 3_600_000;
    expect(given('high')).toBe(true);
  });
});
