import { describe, expect, it } from 'vitest';
import { fallFigures, fallMisses } from './fall-misses.ts';

const targets = { found: 0.8, delaySeconds: 4, alarms: 0 };
const fell = (delay: number | null, alarms = 0) => ({ fall: [1, 2] as const, delay, alarms });
const daily = (alarms = 0) => ({ fall: null, delay: null, alarms });
const missesOf = (clips: Parameters<typeof fallFigures>[0]) =>
  fallMisses(fallFigures(clips), targets);

describe('the targets of the bench fall', () => {
  it('are met by four of five falls in time, and no alarm on daily life', () => {
    expect(missesOf([fell(3), fell(4), fell(3.5), fell(9), fell(null), daily()])).toEqual([]);
  });

  it('are missed by a fall too few, a late median and an alarm on daily life', () => {
    expect(missesOf([fell(5), fell(5), fell(null), daily(1)])).toEqual([
      '2 of 3 falls found, the target is 0.8',
      'alarms on 1 clips of daily life, the target is 0',
      'median delay 5.0 s, the target is 4 s',
    ]);
  });

  it('are missed without a fall or without daily life', () => {
    expect(missesOf([daily()])).toEqual(['no clip has a fall']);
    expect(missesOf([fell(2)])).toEqual(['no clip is of daily life']);
  });

  it('count an early record of a clip with a fall as a false alarm, not as an alarmed clip', () => {
    expect(fallFigures([fell(3, 1), daily()])).toMatchObject({ falseAlarms: 1, alarmedClips: 0 });
  });
});
