import { expect, it } from 'vitest';
import { type Deed, demoHall, handleOf } from '../testing/demo-hall.ts';
import type { FloorInput, Statement } from './messages.ts';
import { NamedFloor } from './named-floor.ts';

/**
 * In the clips W3 goes into the cell of the robot, W2 has no helmet, W4 no vest, A2 neither. The demonstration
 * (`people/demo.ts` of the API) has no badge for W4.
 */
const DEEDS: Deed[] = [
  { camera: 'hall-west', worker: 'W4', from: 4.8, confirmed: 7 },
  { camera: 'hall-west', worker: 'W3', from: 6.6, confirmed: 9.6 },
  { camera: 'hall-west', worker: 'W2', from: 9.6, confirmed: 12 },
  { camera: 'aisle', worker: 'A2', from: 4.8, confirmed: 7 },
];
/** Of the four who wear a badge A2 refused. */
const AGREED = ['W1', 'W2', 'W3'];
const ROUNDS = 6;

function play(inputs: readonly FloorInput[]) {
  const said: Statement[] = [];
  const floor = new NamedFloor({ onStatement: (statement) => said.push(statement) });
  for (const input of inputs) floor.take(input);
  return said;
}
const statesOf = (said: readonly Statement[], worker: string) =>
  said
    .filter(({ violation }) => violation.startsWith(`${worker} `))
    .map(({ violation, identity }) => ({ violation, ...identity }));

it('in the clips of the demonstration one is named, one who refused is not, and one stays ambiguous', () => {
  const said = play(demoHall(ROUNDS, AGREED, DEEDS));
  const wrong = said.filter(
    ({ violation, identity: { handle } }) =>
      handle !== null && handle !== handleOf(violation.split(' ')[0]!),
  );
  expect(wrong).toEqual([]);
  // In the cell, in sight of two cameras, on a way of his own: named then or some seconds later, and it stays.
  const last = new Map(statesOf(said, 'W3').map((one) => [one.violation, one.state]));
  expect([...last.values()]).toEqual(Array.from({ length: ROUNDS }, () => 'confirmed'));
  for (const worker of ['A2', 'W4']) {
    const unnamed = statesOf(said, worker);
    expect(unnamed.length).toBeGreaterThanOrEqual(ROUNDS);
    expect(unnamed.every(({ state }) => state !== 'confirmed')).toBe(true);
  }
  // Seen for too short a time until then: his own badge is a candidate.
  const ambiguous = statesOf(said, 'W2');
  expect(ambiguous[0]).toMatchObject({ state: 'ambiguous', handle: null });
  expect(ambiguous.flatMap(({ candidates }) => candidates.map(({ handle }) => handle))).toContain(
    handleOf('W2'),
  );
}, 60_000);

it('a recording of the frames gives the same statements', () => {
  const live = demoHall(2, AGREED, DEEDS);
  const again = demoHall(2, AGREED, DEEDS, true);
  expect(again).toEqual(live);
  expect(play(again)).toEqual(play(live));
  expect(play(live).length).toBeGreaterThan(0);
}, 60_000);
