import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { chosenPeople, squareOf } from './verdict-runner.ts';

const square = { ofWidth: 1.15, ofHeight: 0.62, above: 0.12 };
const at = (left: number): Box => [left, 100, left + 40, 220];
const people = [at(0), at(100), at(200), at(300), at(400)];

describe('the square over head and torso', () => {
  it('is a share of the height of a person who stands, and of the width of one who lies', () => {
    expect(squareOf({ square }, [100, 100, 140, 200])).toEqual({
      left: 89,
      top: 100 - 0.12 * 62,
      width: 62,
      height: 62,
    });
    const lying = squareOf({ square }, [100, 100, 300, 160]);
    expect(lying.width).toBeCloseTo(230);
    expect(lying.left).toBeCloseTo(85);
  });

  it('has a side for a box without area', () => {
    expect(squareOf({ square }, [5, 5, 5, 5]).width).toBe(1);
  });
});

describe('the people who are judged in a frame', () => {
  const boxes = (chosen: ReturnType<typeof chosenPeople>) => chosen.map(({ box }) => box);

  it('are all of them where the limit allows it, else some in rotation, everyone in turn', () => {
    expect(boxes(chosenPeople({ people, round: 3, most: 8 }))).toEqual(people);
    const judged = [0, 1, 2, 3, 4].map((round) => chosenPeople({ people, round, most: 2 }));
    for (const some of judged) expect(new Set(boxes(some)).size).toBe(2);
    for (const [i] of people.entries()) {
      expect(judged.flat().filter(({ of }) => of === i)).toHaveLength(2);
    }
  });

  it('are the wanted ones, most urgent first, each where the detector draws it now', () => {
    const wanted: Box[] = [at(305), at(98)];
    expect(chosenPeople({ people, wanted, round: 0, most: 8 })).toEqual([
      { box: at(300), of: 0 },
      { box: at(100), of: 1 },
    ]);
    expect(chosenPeople({ people, wanted, round: 0, most: 1 })).toEqual([{ box: at(300), of: 0 }]);
    expect(chosenPeople({ people, wanted: [], round: 0, most: 8 })).toEqual([]);
  });

  it('do not share a box; one whom the detector does not draw is judged where expected', () => {
    const wanted: Box[] = [at(305), at(303), at(700)];
    expect(chosenPeople({ people, wanted, round: 0, most: 8 })).toEqual([
      { box: at(300), of: 0 },
      { box: at(303), of: 1 },
      { box: at(700), of: 2 },
    ]);
  });

  it('are none in an empty picture', () => {
    expect(chosenPeople({ people: [], round: 5, most: 2 })).toEqual([]);
  });
});
