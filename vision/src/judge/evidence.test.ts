import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyEvidence, type Sighting, weigh } from './evidence.ts';

const times = { confirm: 2000, clear: 5000, doubt: 6000 };

/** Looks every 200 ms; gives the times of the confirmations, ms. */
function confirmations(looks: readonly Sighting[], asked = times): number[] {
  const memory = emptyEvidence();
  return looks.flatMap((look, i) => {
    const event = weigh(memory, look, i * 200, asked);
    return event?.kind === 'confirmed' ? [i * 200] : [];
  });
}

const times10 = <Item>(item: Item, n: number): Item[] => Array(n).fill(item) as Item[];

describe('evidence that contradicts itself', () => {
  test('two seconds of misread looks after four of the opposite do not confirm', () => {
    const looks = [...times10<Sighting>('gone', 20), ...times10<Sighting>('holds', 12)];
    expect(confirmations(looks)).toEqual([]);
    expect(confirmations(looks, { ...times, doubt: 0 })).not.toEqual([]);
  });

  test('whoever takes the helmet off is confirmed when the opposite is outweighed', () => {
    const looks = [...times10<Sighting>('gone', 60), ...times10<Sighting>('holds', 40)];
    const [first] = confirmations(looks);
    const takenOff = 60 * 200;
    expect(first).toBeGreaterThan(takenOff + times.confirm);
    expect(first).toBeLessThanOrEqual(takenOff + 0.6 * times.doubt + 400);
  });

  test('whoever never wore one is confirmed after the confirm time', () => {
    const [first] = confirmations(times10<Sighting>('holds', 20));
    expect(first).toBe(times.confirm);
  });

  test('looks that say nothing change nothing of that', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<Sighting>('holds', 'gone'), { maxLength: 80 }),
        (looks) => {
          const memory = emptyEvidence();
          const between = emptyEvidence();
          looks.forEach((look, i) => {
            const at = i * 400;
            const plain = weigh(memory, look, at, times);
            const mixed = weigh(between, look, at, times);
            weigh(between, 'unknown', at + 200, times);
            expect(mixed?.kind).toBe(plain?.kind);
          });
        },
      ),
    );
  });
});
