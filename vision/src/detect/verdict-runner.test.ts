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
  it('are all of them where the limit allows it, else some in rotation, everyone in turn', () => {
    expect(chosenPeople({ people, round: 3, most: 8 })).toEqual(people);
    const judged = [0, 1, 2, 3, 4].map((round) => chosenPeople({ people, round, most: 2 }));
    for (const some of judged) expect(new Set(some).size).toBe(2);
    for (const one of people) expect(judged.flat().filter((box) => box === one)).toHaveLength(2);
  });

  it('are the wanted ones, most urgent first, each once', () => {
    const wanted: Box[] = [at(305), at(98), at(303), at(700)];
    expect(chosenPeople({ people, wanted, round: 0, most: 8 })).toEqual([at(300), at(100)]);
    expect(chosenPeople({ people, wanted, round: 0, most: 1 })).toEqual([at(300)]);
    expect(chosenPeople({ people, wanted: [], round: 0, most: 8 })).toEqual([]);
  });

  it('is nobody in an empty picture', () => {
    expect(chosenPeople({ people: [], round: 5, most: 2 })).toEqual([]);
  });
});
