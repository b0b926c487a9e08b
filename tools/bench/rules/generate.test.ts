import { describe, expect, it } from 'vitest';
import { generate } from './generate.ts';
import { hall, workshop } from './scenes.ts';
import { judgeStream, scoreStream } from './score.ts';
import { generateYard } from './yard.ts';

const read = (seed: string) => {
  const stream = generate(workshop(), seed, 0.1);
  const observations = [...(stream.observations as Iterable<unknown>)];
  return { observations, truth: stream.truth() };
};

describe('a generated stream', () => {
  it('is the same for a seed, and another one for another', () => {
    const first = read('a');
    expect(read('a')).toEqual(first);
    expect(read('b').observations).not.toEqual(first.observations);
  });

  it('has events of each rule, with people who are missed and get new tracks', () => {
    const streams = [
      generate(hall(), 'unit', 1),
      generate(workshop(), 'unit', 1),
      generateYard('unit', 1),
    ];
    for (const stream of streams) {
      const tracks = new Set<string>();
      let seen = 0;
      for (const one of stream.observations as Iterable<{ people: { track: string }[] }>) {
        seen++;
        for (const { track } of one.people) tracks.add(track);
      }
      const { events } = stream.truth();
      expect(seen).toBeGreaterThan(8_000);
      expect(seen).toBeLessThanOrEqual(18_000);
      expect(tracks.size).toBeGreaterThan(60);
      expect(new Set(events.filter(({ must }) => must).map(({ rule }) => rule))).toEqual(
        new Set(stream.config.rules.map(({ kind }) => kind)),
      );
    }
  });

  it('is scored: what the judge finds, and a judge without rules nothing', async () => {
    const stream = generate(workshop(), 'unit', 0.5);
    const judged = await judgeStream(stream.config, stream.observations);
    const truth = stream.truth();
    const { scores } = scoreStream({ ...stream, truth }, judged);
    const none = scoreStream({ ...stream, truth }, { ...judged, confirmed: [] });
    for (const { id } of stream.config.rules) {
      expect(scores.get(id)!.due).toBeGreaterThan(0);
      expect(scores.get(id)!.found).toBeGreaterThan(0);
      expect(none.scores.get(id)).toMatchObject({ found: 0, doubled: 0, wrong: 0 });
    }
    expect(none.mistakes.every(({ what }) => what === 'missed')).toBe(true);
  });
});
