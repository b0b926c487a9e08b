import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alarmOf, at, commandOf, GatewayWorld, LIGHT } from './testing/gateway-world.ts';

let world: GatewayWorld;
beforeEach(async () => {
  world = await GatewayWorld.open();
  await world.start();
  await world.isOnline();
});
afterEach(() => world.close());

const HOUR = 3_600_000;
/** Writes of the light that only a command makes here. */
const commanded = () =>
  world.plc.writes.filter((one) => one.of === 'register' && one.value === 1).length;

describe('a gateway that runs, and whose wall clock steps', () => {
  it.each([
    ['an hour back', -HOUR],
    ['an hour forward', HOUR],
  ])(
    '%s: what is on goes off in its time, no command is done after its own, and nothing twice',
    async (_, ahead) => {
      const alarm = alarmOf({ holdSeconds: 3 });
      const given = performance.now();
      await world.sendAlarm(alarm);
      await world.answerTo(alarm);
      await world.setClock(ahead);
      // By its own clock the one has an hour left, or the other is over for an hour.
      const late = commandOf({ validUntil: at(-100) });
      const fresh = commandOf();
      await world.sendCommand(late);
      await world.sendCommand(fresh);
      await world.sendAlarm(alarm);
      await world.until(() => world.isOff());
      const lasted = performance.now() - given;
      expect(lasted).toBeGreaterThan(2_900);
      expect(lasted).toBeLessThan(10_000);
      expect([world.begun(), commanded()]).toEqual([1, 0]);

      await world.setClock(0);
      await world.sendCommand(late);
      expect(await world.resultOf(late)).toMatchObject({ result: 'refused', fault: 'late' });
      const next = commandOf();
      await world.sendCommand(next);
      expect(await world.resultOf(next)).toMatchObject({ result: 'done' });
      await world.sendCommand(next);
      await world.until(() => world.results.filter(({ id }) => id === next.id).length === 2);
      await world.sendAlarm(alarm);
      await world.until(() => world.answers.length >= 2);
      expect(world.begun()).toBe(1);
      expect(world.plc.register(LIGHT)).toBe(1);
      expect(commanded()).toBe(1);
    },
  );
});
