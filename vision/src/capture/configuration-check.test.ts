import { describe, expect, it } from 'vitest';
import { checkConfiguration } from './configuration-check.ts';

const sites = [{ id: 'plant', name: { zh: '厂', en: 'Plant' }, floorPlans: [] }];
const camera = (id: string, version: number, changes: Record<string, unknown> = {}) => ({
  id,
  version,
  config: {
    id,
    name: { zh: id, en: id },
    site: 'plant',
    url: 'rtsp://127.0.0.1/x',
    picture: [640, 360],
    ...changes,
  },
});
const knows = (model: string) => model === 'ppe';

describe('a configuration', () => {
  it('is checked camera by camera; the last good one of a refused camera stays', () => {
    const before = [camera('gate', 1), camera('old', 3)];
    const given = [
      camera('gate', 2, { url: 'http://x' }),
      camera('new', 1, { model: 'other' }),
      camera('yard', 7),
    ];
    const { file, good, refused } = checkConfiguration({ sites, cameras: given }, before, knows);
    expect(file.cameras.map(({ id }) => id)).toEqual(['gate', 'yard']);
    expect(good.map(({ id, version }) => [id, version])).toEqual([
      ['gate', 1],
      ['yard', 7],
    ]);
    expect(refused).toEqual([
      {
        camera: 'gate',
        version: 2,
        reason: 'url: must start with rtsp://, rtsps:// or file:',
      },
      { camera: 'new', version: 1, reason: 'model: there is no model "other"' },
    ]);
  });

  it('leaves a camera watched whose floor plan has another name, with the sites that it was good with', () => {
    const plans = (id: string) => {
      const name = { zh: '层', en: 'Floor' };
      return [{ ...sites[0]!, floorPlans: [{ id, name, size: [20, 10] }] }];
    };
    const named = camera('gate', 1, { floorPlan: 'hall' });
    const first = checkConfiguration({ sites: plans('hall'), cameras: [named] }, [], knows);
    expect(first.refused).toEqual([]);
    const given = { sites: plans('hall-1'), cameras: [named, camera('yard', 1)] };
    const { file, good, refused } = checkConfiguration(given, first.good, knows);
    expect(file.cameras.map(({ id }) => id)).toEqual(['gate', 'yard']);
    expect(refused).toMatchObject([
      { camera: 'gate', reason: expect.stringContaining('no floor plan "hall"') },
    ]);
    // As it is kept on the disk, over a restart without the API.
    const kept = { sites: given.sites, cameras: good };
    const again = checkConfiguration(kept, [], knows);
    expect(again.file.cameras.map(({ id }) => id)).toEqual(['gate', 'yard']);
    expect(again.refused).toEqual([]);
  });

  it('is refused where it is that of another camera, or of no site', () => {
    const wrong = { ...camera('gate', 2), config: camera('yard', 1).config };
    const { refused } = checkConfiguration({ sites, cameras: [wrong] }, [], knows);
    expect(refused).toEqual([
      { camera: 'gate', version: 2, reason: 'it is the configuration of "yard"' },
    ]);
    const homeless = checkConfiguration({ sites: [], cameras: [camera('gate', 1)] }, [], knows);
    expect(homeless.refused).toHaveLength(1);
    expect(checkConfiguration({ sites: [], cameras: [] }, [], knows).file.cameras).toEqual([]);
  });
});
