import { describe, expect, it } from 'vitest';
import { changesBy, obstacles } from './changes.ts';
import type { Feature, Preset } from './modules-api.ts';

const feature = (id: string, given: Partial<Feature> = {}): Feature => ({
  id,
  name: { zh: id, en: id },
  description: { zh: '', en: '' },
  kind: 'base',
  on: false,
  required: false,
  depends: [],
  ...given,
});
const people = feature('people', { on: true, required: true });
const hazards = feature('hazards', { on: true, depends: ['people'] });
const positions = feature('positions', { depends: ['people', 'radio'] });
const radio = feature('radio');
const all = [people, hazards, positions, radio];
const ids = (list: Feature[]) => list.map(({ id }) => id);

describe('switching modules', () => {
  it('lists missing dependencies, and active dependents', () => {
    expect(ids(obstacles(positions, all))).toEqual(['radio']);
    expect(ids(obstacles(people, all))).toEqual(['hazards']);
    expect(obstacles(hazards, all)).toEqual([]);
  });

  it('previews the changes of a preset', () => {
    const preset = { features: ['radio'] } as unknown as Preset;
    const changes = changesBy(preset, all);
    expect(ids(changes.on)).toEqual(['radio']);
    expect(ids(changes.off)).toEqual(['hazards']);
  });
});
