import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import type { Detection, FrameDetections } from '../frame.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { clipCamera } from './clip-config.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const START = Date.UTC(2026, 0, 1);
const meta = (ms: number, width = 1280, height = 720) => ({
  camera: 'gate',
  sequence: ms / 200,
  at: START + ms,
  width,
  height,
});
const found = (...detections: Detection[]): FrameDetections => ({
  detections,
  regions: 0,
  timings: { wait: 0, prepare: 0, infer: 0, decode: 0 },
});
const rested: FrameDetections = { ...found(), rested: true };
const person = (score: number): Detection => ({
  label: 'person',
  score,
  box: [300, 300, 340, 420],
});
const helmetOnHook: Detection = { label: 'helmet', score: 0.7, box: [10, 10, 30, 30] as Box };

function pipelineOf() {
  // Without the search for distant people, which lets no model rest in its frames.
  const config = clipCamera('gate', [1280, 720], []);
  const closeLooks = { ...config.closeLooks, searchSeconds: 0 };
  const pipeline = new CameraPipeline({
    config: { ...config, closeLooks },
    card,
    trackPrefix: 'T',
  });
  const isAllowed = (ms: number) => pipeline.detectOptions(meta(ms)).rest?.allowed;
  return { pipeline, isAllowed };
}

describe('the models of a camera', () => {
  it('may rest for a second after they found nobody, and then run again', () => {
    const { pipeline, isAllowed } = pipelineOf();
    expect(isAllowed(0)).toBe(false);
    pipeline.process(meta(0), found());
    for (let ms = 200; ms < 1000; ms += 200) {
      expect(isAllowed(ms)).toBe(true);
      pipeline.process(meta(ms), rested);
    }
    expect(isAllowed(1000)).toBe(false);
    pipeline.process(meta(1000), found());
    expect(isAllowed(1200)).toBe(true);
  });

  it('run while a person is tracked, also where the person is lost for a moment', () => {
    const { pipeline } = pipelineOf();
    const rest = (ms: number) => pipeline.detectOptions(meta(ms)).rest;
    expect(rest(0)?.allowed).toBe(false);
    pipeline.process(meta(0), found());
    for (let ms = 200; ms <= 1000; ms += 200) pipeline.process(meta(ms), found(person(0.8)));
    expect(rest(1200)).toBeUndefined();
    for (let ms = 1200; ms <= 3200; ms += 200) {
      pipeline.process(meta(ms), found());
      expect(rest(ms + 200)).toBeUndefined();
    }
    // Lost for longer than tracks are kept.
    for (let ms = 3400; ms <= 4200; ms += 200) pipeline.process(meta(ms), found());
    expect(rest(4400)?.allowed).toBe(true);
  });

  it('run while they hardly believe in a person', () => {
    const { pipeline, isAllowed } = pipelineOf();
    pipeline.process(meta(0), found(person(0.12)));
    expect(isAllowed(200)).toBe(false);
    pipeline.process(meta(200), found());
    expect(isAllowed(400)).toBe(true);
  });

  it('run after the clock was set back, and for another size of the picture', () => {
    const { pipeline, isAllowed } = pipelineOf();
    expect(isAllowed(60_000)).toBe(false);
    pipeline.process(meta(60_000), found());
    expect(isAllowed(0)).toBe(false);
    expect(isAllowed(60_200)).toBe(true);
    expect(pipeline.detectOptions(meta(60_200, 640, 360)).rest?.allowed).toBe(false);
  });

  it('leave the other things in the observation while they rest', () => {
    const { pipeline } = pipelineOf();
    pipeline.process(meta(0), found(helmetOnHook));
    const { observation } = pipeline.process(meta(200), rested);
    expect(observation.parts).toEqual([helmetOnHook]);
    expect(observation.at).toBe(new Date(START + 200).toISOString());
  });

  it('never rest where that is switched off', () => {
    const config = clipCamera('gate', [1280, 720], []);
    const pipeline = new CameraPipeline({ config, card, rests: false });
    pipeline.process(meta(0), found());
    expect(pipeline.detectOptions(meta(200)).rest).toBeUndefined();
  });

  function searchingPipeline() {
    const config = clipCamera('gate', [1280, 720], []);
    const closeLooks = { ...config.closeLooks, searchSeconds: 2 };
    const rules = [
      { ...config.rules[0]!, id: 'ppe', kind: 'missing-ppe', zone: config.zones[0]!.id } as never,
    ];
    return new CameraPipeline({ config: { ...config, closeLooks, rules }, card });
  }

  it('run in the frames in which distant people are searched', () => {
    const pipeline = searchingPipeline();
    let searches = 0;
    for (let ms = 0; ms < 6000; ms += 200) {
      const { search, rest } = pipeline.detectOptions(meta(ms));
      if (search !== undefined) {
        searches++;
        expect(rest?.allowed).toBe(false);
      }
      pipeline.process(meta(ms), found());
    }
    expect(searches).toBeGreaterThan(2);
  });

  it('search an empty place twice after each motion, then a third as often', () => {
    const pipeline = searchingPipeline();
    /** @returns the tiles that were searched in these seconds. */
    const searched = (from: number, to: number, of: (ms: number) => FrameDetections) => {
      const tiles: number[] = [];
      for (let ms = from * 1000; ms < to * 1000; ms += 200) {
        const { search, rest } = pipeline.detectOptions(meta(ms));
        if (search !== undefined) tiles.push(Number(search) % 6);
        pipeline.process(meta(ms), rest?.allowed ? { ...rested, still: true } : of(ms));
      }
      return tiles.sort();
    };
    const still = () => ({ ...found(), still: true as const });
    const all = [0, 1, 2, 3, 4, 5];
    const twice = [...all, ...all].sort();
    // A round takes two seconds. The first picture is compared with none: its tile is searched once more.
    expect(searched(0, 6, (ms) => (ms === 0 ? found() : still()))).toEqual([0, ...twice].sort());
    expect(searched(6, 18, still)).toEqual(twice);
    // Something passes.
    searched(18, 18.4, () => found());
    expect(searched(18.4, 22.4, still)).toEqual(twice);
    expect(searched(22.4, 26, still)).toEqual([]);
    expect(searched(26, 32, still)).toEqual(all);
  });

  it('search it again after frames that came too late to be followed', () => {
    const pipeline = searchingPipeline();
    const analyse = (ms: number) => {
      const { search } = pipeline.detectOptions(meta(ms));
      pipeline.process(meta(ms), { ...found(), still: true });
      return search;
    };
    const searches = (from: number, to: number) => {
      const all: unknown[] = [];
      for (let ms = from; ms < to; ms += 200) all.push(analyse(ms));
      return all.filter((search) => search !== undefined).length;
    };
    expect(searches(0, 4600)).toBeGreaterThan(11);
    expect(searches(4600, 6000)).toBe(0);
    pipeline.process(meta(5000), { ...found(), still: true });
    expect(searches(6000, 8000)).toBeGreaterThan(4);
  });

  it('search a tile again in which they hardly believe in a person', () => {
    const pipeline = searchingPipeline();
    const tiles: number[] = [];
    for (let ms = 0; ms < 12_000; ms += 200) {
      const { search } = pipeline.detectOptions(meta(ms));
      if (search !== undefined) tiles.push(Number(search) % 6);
      const seen = Number(search) % 6 === 3 ? [person(0.2)] : [];
      pipeline.process(meta(ms), { ...found(...seen), still: true });
    }
    expect(tiles.filter((tile) => tile === 3).length).toBeGreaterThan(4);
    expect(tiles.filter((tile) => tile === 2).length).toBeLessThan(4);
  });
});
