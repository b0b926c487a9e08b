import type { MachineState } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { addWaiting, MOST_BETWEEN_MS } from './waiting.ts';

const MINUTE_MS = 60_000;
const said = (state: MachineState['state'], minutes: number): MachineState => ({
  machine: 'press-1',
  state,
  at: new Date(minutes * MINUTE_MS).toISOString(),
});
const waitingOf = (reports: readonly MachineState[]) =>
  reports.reduce<MachineState[]>(addWaiting, []);

it('reports in the middle of a long outage are kept where the machine would be silent for too long without them', () => {
  const reports = [0, 50, 100, 150].map((minutes) => said('running', minutes));
  expect(waitingOf(reports)).toEqual(reports);
});

it('three hours of reports each five seconds are few, and no change is pushed out', () => {
  const seconds = Array.from({ length: 3 * 720 }, (_, n) => n * 5);
  const kept = waitingOf([
    said('stopped', -1),
    ...seconds.map((second) => said('running', second / 60)),
  ]);
  expect(kept.length).toBeLessThan(10);
  expect(kept[0]).toEqual(said('stopped', -1));
  expect(kept.at(-1)).toEqual(said('running', seconds.at(-1)! / 60));
  const times = kept.map(({ at }) => Date.parse(at));
  for (const [n, at] of times.slice(1).entries()) {
    expect(at - times[n]!).toBeLessThanOrEqual(MOST_BETWEEN_MS);
  }
});

it('a report that comes late is kept beside those that came before it', () => {
  const reports = [said('running', 20), said('running', 0), said('running', 30)];
  expect(waitingOf(reports)).toEqual(reports);
});

it('of too many changes the newest are kept', () => {
  const changes = Array.from({ length: 1_500 }, (_, n) => said(n % 2 ? 'running' : 'idle', n));
  expect(waitingOf(changes)).toEqual(changes.slice(-1_000));
});
