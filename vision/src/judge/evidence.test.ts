import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyEvidence, type Sighting, weigh } from './evidence.ts';

const times = { confirm: 2000, clear: 5000, doubt: 6000 };

/** One sighting every 200 ms; returns the times of the confirmations, ms. */
function confirmations(sightings: readonly Sighting[], asked = times): number[] {
  const memory = emptyEvidence();
  return sightings.flatMap((sighting, i) => {
    const event = weigh(memory, sighting, i * 200, asked);
    return event?.kind === 'confirmed' ? [i * 200] : [];
  });
}

const times10 = <Item>(item: Item, n: number): Item[] => Array(n).fill(item) as Item[];

describe('contradicting evidence', () => {
  test('two seconds of false sightings after four of the opposite do not confirm', () => {
    const sightings = [...times10<Sighting>('gone', 20), ...times10<Sighting>('holds', 12)];
    expect(confirmations(sightings)).toEqual([]);
    expect(confirmations(sightings, { ...times, doubt: 0 })).not.toEqual([]);
  });

  test('taking the helmet off is confirmed when it outweighs the earlier evidence', () => {
    const sightings = [...times10<Sighting>('gone', 60), ...times10<Sighting>('holds', 40)];
    const [first] = confirmations(sightings);
    const takenOff = 60 * 200;
    expect(first).toBeGreaterThan(takenOff + times.confirm);
    expect(first).toBeLessThanOrEqual(takenOff + 0.6 * times.doubt + 400);
  });

  test('a person who never wore one is confirmed after the confirm time', () => {
    const [first] = confirmations(times10<Sighting>('holds', 20));
    expect(first).toBe(times.confirm);
  });

  test('unknown sightings do not change that', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Sighting>('holds', 'gone'), { maxLength: 80 }),
        (sightings) => {
          const memory = emptyEvidence();
          const between = emptyEvidence();
          sightings.forEach((sighting, i) => {
            const at = i * 400;
            const plain = weigh(memory, sighting, at, times);
            const mixed = weigh(between, sighting, at, times);
            weigh(between, 'unknown', at + 200, times);
            expect(mixed?.kind).toBe(plain?.kind);
          });
        },
      ),
    );
  });
});
