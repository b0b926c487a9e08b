import { expect, it } from 'vitest';
import {
  fixAt,
  fixesAt,
  type PositionsPublisher,
  type PublishedPositions,
  stateOf,
} from '../testing/positions.ts';
import { PositionStates } from './position-states.ts';

const ANNA = 'AAAAAAAAAAAAAAAA';
const BORIS = 'BBBBBBBBBBBBBBBB';
const API: PositionsPublisher = {
  tenant: 'demo',
  worker: 'w',
  key: 'b'.repeat(64),
  floorPlan: 'hall',
};
const START = Date.UTC(2026, 10, 28, 8);

function heard() {
  let ms = 0;
  const told: string[] = [];
  const states = new PositionStates({
    ...API,
    log: { warn: () => {} },
    now: () => START + ms,
    monotonic: () => ms,
    listener: {
      begin: (floorPlan) => told.push(`begin ${floorPlan}`),
      shares: () => told.push('shares'),
      end: (floorPlan) => told.push(`end ${floorPlan}`),
      forget: (handles) => told.push(`forget ${handles.join(' ')}`),
      fixes: (_, fixes) => told.push(`fixes ${fixes.map(({ handle }) => handle).join(' ')}`),
    },
  });
  states.follow(new Set(['hall']));
  const take = ({ topic, payload }: PublishedPositions) => states.take(topic, Buffer.from(payload));
  const fix = (handle: string, at = ms) =>
    take(fixesAt(API, START + ms, [fixAt(handle, START + at, [1, 1])]));
  return {
    states,
    take,
    fix,
    told: () => told.splice(0),
    later: (by: number) => {
      ms += by;
    },
    now: () => START + ms,
  };
}

it('takes positions only while a state of the API counts', () => {
  const { states, take, fix, told, later, now } = heard();
  fix(ANNA);
  expect(told()).toEqual([]);
  expect(states.hadAny('hall')).toBe(false);
  take(stateOf(API, now()));
  later(100);
  fix(ANNA);
  expect(told()).toEqual(['begin hall', `fixes ${ANNA}`]);
  later(10_000);
  take(stateOf(API, now(), { unseenBadge: 0.5 }));
  expect(told()).toEqual(['shares']);
  // The API is away.
  later(30_000);
  states.expire();
  fix(ANNA);
  expect(told()).toEqual(['end hall']);
  expect(states.counts('hall')).toBe(false);
  expect(states.hadAny('hall')).toBe(true);
  take(stateOf(API, now()));
  expect(told()).toEqual(['begin hall']);
});

it('counts a state for as long as it says, though the clock is set back', () => {
  let [wall, monotonic] = [START, 0];
  const ended: string[] = [];
  const states = new PositionStates({
    ...API,
    log: { warn: () => {} },
    now: () => wall,
    monotonic: () => monotonic,
    listener: {
      begin: () => {},
      shares: () => {},
      end: (floorPlan) => ended.push(floorPlan),
      forget: () => {},
      fixes: () => {},
    },
  });
  states.follow(new Set(['hall']));
  const { topic, payload } = stateOf(API, wall);
  states.take(topic, Buffer.from(payload));
  wall -= 4_000;
  monotonic += 31_000;
  expect(states.counts('hall')).toBe(false);
  expect(ended).toEqual(['hall']);
});

it('forgets what was withdrawn, and all badges at the end of their day', () => {
  const { take, fix, told, later, now } = heard();
  take(stateOf(API, now()));
  later(1_000);
  take(stateOf(API, now(), { withdrawn: [ANNA] }));
  fix(ANNA);
  later(10);
  fix(BORIS);
  expect(told()).toEqual(['begin hall', `forget ${ANNA}`, 'shares', `fixes ${BORIS}`]);
  later(1_000);
  take(stateOf(API, now(), { withdrawn: [ANNA] }));
  expect(told()).toEqual(['shares']);
  later(1_000);
  take(stateOf(API, now(), { day: '2026-11-29' }));
  expect(told()).toEqual(['end hall', 'begin hall']);
});

it('ends with a camera of the floor plan, and hears nothing of others', () => {
  const { states, take, told, now } = heard();
  take(stateOf({ ...API, floorPlan: 'yard' }, now()));
  expect(told()).toEqual([]);
  take(stateOf(API, now()));
  states.follow(new Set());
  expect(told()).toEqual(['begin hall', 'end hall']);
});

it('believes nothing that the API did not sign for this worker, floor plan and time', () => {
  const { states, take, told, later, now } = heard();
  take(stateOf(API, now()));
  told();
  const { payload } = stateOf(API, now() + 1);
  const refused: PublishedPositions[] = [
    stateOf({ ...API, worker: 'other' }, now() + 1),
    stateOf({ ...API, key: 'c'.repeat(64) }, now() + 1),
    // Of another tenant or floor plan under the same name.
    { topic: 'anshi/v1/other/positions-state/hall', payload },
    stateOf(API, now() + 1, { floorPlan: 'yard' }),
    // Of the future, and older than the last.
    stateOf(API, now() + 60_000),
    stateOf(API, now() - 1_000),
    { topic: stateOf(API, now()).topic, payload: payload.replace('main', 'hall').slice(0, -9) },
    fixesAt(API, now() - 11_000, [fixAt(ANNA, now(), [1, 1])]),
    fixesAt(API, now() + 60_000, [fixAt(ANNA, now(), [1, 1])]),
    { ...fixesAt(API, now(), [fixAt('short', now(), [1, 1])]) },
  ];
  for (const message of refused) take(message);
  expect(states.refused).toBe(refused.length);
  expect(told()).toEqual([]);
  // The same message again.
  later(50);
  const once = fixesAt(API, now(), [fixAt(ANNA, now(), [1, 1])]);
  take(once);
  take(once);
  expect(told()).toEqual([`fixes ${ANNA}`]);
  expect(states.refused).toBe(refused.length + 1);
});

it('leaves out fixes of a time that is not now', () => {
  const { take, fix, told, later, now } = heard();
  take(stateOf(API, now()));
  told();
  for (const at of [-70_000, 20_000]) {
    later(10);
    fix(ANNA, at);
  }
  expect(told()).toEqual([]);
});
