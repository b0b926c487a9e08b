import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Configuration,
  type ConfigurationSite,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';

/** The calibration of a camera as the page saves it. */
let world: ConfigurationSite;
beforeAll(async () => {
  world = await openConfigurationSite();
  await world.add({ id: 'gate', floorPlan: 'hall' });
});
afterAll(() => world?.stop());

type Calibrated = Configuration & {
  calibration: { picture: number[]; floor: number[] }[] | null;
  floorPlan: string | null;
};
type Errors = { code: string; errors: { field: string; message: string }[] };
const PAIRS = [
  { picture: [560, 200], floor: [8, 14.25] },
  { picture: [720, 200], floor: [12, 14.25] },
  { picture: [1200, 700], floor: [12, 2] },
  { picture: [80, 700], floor: [8, 2] },
  { picture: [640, 300], floor: [10, 8.5] },
];

it('is a version with what it changed, and the rest of the camera stays', async () => {
  const before = (await world.read('gate')) as Calibrated;
  expect(before.calibration).toBeNull();
  const saved = await world.change<Calibrated>('gate', { version: 1, calibration: PAIRS });
  expect([saved.status, saved.body.version]).toEqual([200, 2]);
  expect(saved.body.calibration).toEqual(PAIRS);
  expect(saved.body.drawing).toContain('calibration:');
  // Zones are saved beside it, and keep it.
  const zones = [
    {
      id: 'door',
      name: { zh: '门', en: 'Door' },
      polygon: [
        [0, 0],
        [90, 0],
        [90, 90],
      ],
    },
  ];
  const drawn = await world.change<Calibrated>('gate', { version: 2, zones });
  expect(drawn.body.calibration).toEqual(PAIRS);
  const { body } = await world.api.send<{ items: { changes: { path: string }[] }[] }>(
    'admin',
    'GET',
    '/cameras/gate/versions',
  );
  expect(body.items[1]?.changes.map(({ path }) => path)).toContain('calibration');
  const restored = await world.api.send<Calibrated>('admin', 'POST', '/cameras/gate/restoration', {
    version: 3,
    restore: 1,
  });
  expect(restored.body.calibration).toBeNull();
});

it('is refused with its reason where it has no solution, and nothing is lost', async () => {
  const { version } = await world.read('gate');
  const wrong = async (body: object) => {
    const answer = await world.change<Errors>('gate', { version, ...body });
    expect([answer.status, answer.body.code]).toEqual([422, 'camera.invalid']);
    return answer.body.errors.map(({ message }) => message).join('\n');
  };
  expect(await wrong({ calibration: PAIRS.slice(0, 3) })).toMatch(/at least 4 point pairs/);
  const line = PAIRS.map(({ picture }, n) => ({ picture, floor: [n, 2 * n] }));
  expect(await wrong({ calibration: line })).toMatch(/general position/);
  expect(await wrong({ calibration: PAIRS, floorPlan: null })).toMatch(/needs the floorPlan/);
  const both = await world.change<Errors>('gate', {
    version,
    calibration: PAIRS,
    drawing: 'picture: [1280, 720]\n',
  });
  expect(both.status).toBe(400);
  expect((await world.read('gate')).version).toBe(version);
});

it('is taken away by an empty list', async () => {
  const { version } = await world.read('gate');
  await world.change('gate', { version, calibration: PAIRS });
  const none = await world.change<Calibrated>('gate', { version: version + 1, calibration: [] });
  expect([none.status, none.body.calibration]).toEqual([200, null]);
  expect(none.body.drawing).not.toContain('calibration');
});
