import { describe, expect, it } from 'vitest';
import { createClock } from '../clock.ts';
import type { AccessUnit, Clip } from '../media/types.ts';
import { Scheduler } from '../scheduler.ts';
import { ClipSource } from './clip-source.ts';
import type { SourceUnit } from './source.ts';

/** Pictures at 10 a second; dts is in sending order, pts as given. */
function clipOf(ptsInTenths: number[]): Clip {
  const units: AccessUnit[] = ptsInTenths.map((tenths, i) => ({
    pts: tenths / 10,
    dts: i / 10 - 0.1,
    key: i === 0,
    parts: [Buffer.from([tenths])],
  }));
  const format = { codec: 'H264' as const, clockRate: 90_000, parameterSets: [] };
  const rest = { width: 640, height: 360, framesPerSecond: 10, transcoded: false };
  return { format, units, duration: ptsInTenths.length / 10, ...rest };
}

/** A source with a clock controlled by the test; sent units are collected. */
function sourceOf(clip: Clip, duration = clip.duration, offset = 0, startAt = 0) {
  let ms = 0;
  const clock = createClock(
    () => ms,
    () => 0,
  );
  ms = startAt * 1000;
  const scheduler = new Scheduler(clock, () => {});
  const source = new ClipSource({ clip, clock, scheduler, duration, offset });
  const sent: SourceUnit[] = [];
  source.deliver = (unit) => sent.push(unit);
  scheduler.stop();
  const runUntil = (seconds: number) => {
    while (source.due() <= seconds) {
      ms = source.due() * 1000;
      source.run(source.due());
    }
    ms = seconds * 1000;
  };
  return { source, sent, runUntil };
}

const times = (sent: SourceUnit[]) => sent.map(({ at }) => Math.round(at * 1000) / 1000);

describe('ClipSource', () => {
  it('sends nothing without clients', () => {
    const { source, sent, runUntil } = sourceOf(clipOf([0, 1, 2]));
    runUntil(10);
    expect(source.due()).toBe(Infinity);
    expect(sent).toEqual([]);
  });

  it('loops without a jump, also with reordered pictures', () => {
    const { source, sent, runUntil } = sourceOf(clipOf([0, 2, 1, 4, 3]));
    source.setWanted(true);
    runUntil(1.35);
    expect(sent[0]?.unit.key).toBe(false);
    // The first picture was due a tenth before the epoch.
    expect(times(sent)).toEqual(
      [0.2, 0.1, 0.4, 0.3, 0.5, 0.7, 0.6, 0.9, 0.8, 1, 1.2, 1.1, 1.4, 1.3, 1.5].slice(
        0,
        sent.length,
      ),
    );
    expect(sent.length).toBeGreaterThanOrEqual(14);
    source.setWanted(false);
  });

  it('starts at the current time of the clip, shifted by its offset', () => {
    const { source, sent, runUntil } = sourceOf(clipOf([0, 1, 2, 3]), 0.4, 0.2, 100.05);
    source.setWanted(true);
    runUntil(100.4);
    expect(sent[0]?.unit.parts[0]?.[0]).toBe(0);
    expect(times(sent)).toEqual([100.2, 100.3, 100.4, 100.5].slice(0, sent.length));
  });

  it('pauses at the end of a loop that is longer than the clip', () => {
    const { source, sent, runUntil } = sourceOf(clipOf([0, 1, 2]), 1);
    source.setWanted(true);
    runUntil(2.2);
    expect(times(sent).slice(0, 5)).toEqual([0.1, 0.2, 1, 1.1, 1.2]);
  });

  it('cuts a clip that is longer than the loop before units that depend on the rest', () => {
    const { source, sent, runUntil } = sourceOf(clipOf([0, 1, 2, 4, 3, 5]), 0.4);
    source.setWanted(true);
    runUntil(0.75);
    expect(times(sent)).toEqual([0.1, 0.2, 0.4, 0.5, 0.6, 0.8]);
  });

  it('skips units missed while the process was suspended', () => {
    const { source, sent } = sourceOf(clipOf([0, 1, 2]));
    source.setWanted(true);
    source.run(0.05);
    sent.length = 0;
    source.run(50.05);
    expect(sent.length).toBeLessThanOrEqual(2);
    expect(source.due()).toBeGreaterThan(50.05);
    expect(source.due()).toBeLessThan(50.3);
  });
});
