import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figuresOf, missedBy, scoreWorld } from './cells.ts';
import { IdentityDataError, readWorld, type World, writeWorld } from './data.ts';
import { fixesOf, identifyAll, trackAll, usableBadges } from './run.ts';
import { emptyScore, lowerBound } from './score.ts';
import { makeFloor } from './world.ts';

describe('the bench of identity', () => {
  let folder: string;
  let world: World;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'anshi-identity-'));
    const floor = makeFloor('dev-test', 5, 90);
    world = { ...floor, positions: floor.read({ noise: 0.3, rate: 1 }) };
    writeWorld(folder, world);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('[VIS-09] names people of a small hall rightly through occlusions, which tracks alone do not, from files as from the generator', () => {
    const made = emptyScore();
    expect(scoreWorld(made, world)).toEqual([]);
    const read = emptyScore();
    scoreWorld(read, readWorld(folder, 'data'));
    expect({ ...read, ms: [] }).toEqual({ ...made, ms: [] });
    expect(made.all.names).toBeGreaterThan(0);
    expect(made.all.wrong).toBe(0);
    expect(made.refusedNames).toBe(0);
    expect(made.named / made.due).toBeGreaterThan(0.3);
    expect(made.occlusions).toBeGreaterThan(0);
    expect(made.afterByBadge).toBeGreaterThan(made.afterByTrack);
    expect(missedBy('p5n03r1', made)).toEqual([]);
    for (const figure of Object.values(figuresOf('data', made)))
      expect(figure).toBeTypeOf('number');
  });

  it('gives the same names again, and takes no badge of a person who did not agree', () => {
    const frames = trackAll(world);
    const fixes = fixesOf(world);
    const usable = usableBadges(world.people);
    expect(usable.size).toBeLessThan(world.people.bindings.length);
    expect(fixes.every(({ badge }) => usable.has(badge))).toBe(true);
    const told = () =>
      JSON.stringify(
        identifyAll(frames, fixes, world.people).said.map(({ identities }) => identities),
      );
    const once = told();
    expect(told()).toBe(once);
    const [refused] = world.people.bindings.filter(({ badge }) => !usable.has(badge));
    expect(once).not.toContain(`"${refused!.badge}"`);
  });

  it('says which line of which file is wrong', () => {
    const file = join(folder, 'positions.jsonl');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text.split('\n')[0]}\n{"arrivedAt": "yesterday"}\n`);
    expect(() => readWorld(folder, 'data')).toThrow(`${file}:2: arrivedAt`);
    writeFileSync(file, text);
    rmSync(join(folder, 'truth.json'));
    expect(() => readWorld(folder, 'data')).toThrow(IdentityDataError);
    writeWorld(folder, world);
  });

  it('counts a lower bound of a share', () => {
    expect(lowerBound(0, 0)).toBe(0);
    // 0.05 ^ (1 / 100): no mistake in a hundred.
    expect(lowerBound(100, 100)).toBeCloseTo(0.9705, 3);
    expect(lowerBound(99, 100)).toBeCloseTo(0.9534, 3);
  });
});
