import { randomOf } from '@anshi/contracts/testing/random';
import { describe, expect, it } from 'vitest';
import { acted, DOWN_RULE, hold } from '../judge/falls.ts';
import { POSTURES } from '../judge/figures.ts';
import { run } from '../judge/scenes.ts';
import { packState, takeOver } from './handed-state.ts';

describe('the state of the judge for the next worker', () => {
  it('goes without the last seconds of joints where a crowd would make it too large', async () => {
    const { state } = run(acted(hold(0, 9000, POSTURES.standing), 2000), DOWN_RULE);
    const [actor] = state.actors;
    const random = randomOf('crowd');
    const poseSamples = () =>
      Array.from({ length: 16 }, () => Array.from({ length: 56 }, () => random.unit()));
    const crowd = (people: number) => ({
      ...state,
      actors: Array.from({ length: people }, (_, n) => ({
        ...actor!,
        id: `person-${n}`,
        tracks: [`person-${n}`],
        body: { ...actor!.body!, poseSamples: poseSamples() },
      })),
    });
    const samplesAfter = async (people: number) => {
      const packed = await packState(DOWN_RULE, crowd(people));
      const given = { state: packed!, ageMs: 0, heardAt: performance.now() };
      const { state: taken, dropped } = await takeOver(DOWN_RULE, given);
      expect(dropped).toBeNull();
      return taken;
    };
    expect(JSON.stringify(await samplesAfter(3))).toContain('"poseSamples":[[');
    const crowded = JSON.stringify(await samplesAfter(150));
    expect(crowded).toContain('person-149');
    expect(crowded).not.toContain('"poseSamples":[[');
  });
});
