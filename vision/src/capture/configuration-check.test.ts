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
