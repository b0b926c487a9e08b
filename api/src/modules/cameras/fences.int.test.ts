import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMERAS,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';

let site: Site;
let api: RunningApi;

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl, { camerasFrom: 'file' });
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

/** One metre is a hundred pixels, from the lower left corner. */
const CALIBRATION = `
    calibration:
      - { picture: [100, 620], floor: [1, 1] }
      - { picture: [1100, 620], floor: [11, 1] }
      - { picture: [1100, 120], floor: [11, 6] }
      - { picture: [100, 120], floor: [1, 6] }`;
const file = (area: string, calibration = CALIBRATION) =>
  CAMERAS.replace('picture: [1280, 720]', `picture: [1280, 720]${calibration}`).replace(
    'name: { zh: 冲压区, en: Press area }',
    `name: { zh: 冲压区, en: Press area }\n        area: ${area}`,
  );

interface Fence {
  state: string;
  areaId: string;
  area: { id: string; polygon: number[][] | null } | null;
  zoneOnFloor: [number, number][] | null;
  areaInPicture: number[][] | null;
  apart: number | null;
  overlap: number | null;
}
const fences = async () =>
  (await api.send<{ items: Fence[]; tolerance: number }>('operator', 'GET', '/fences')).body;
async function fenceOf(yaml: string, isThere: (fence: Fence) => boolean): Promise<Fence> {
  await writeFile(api.settings.camerasFile, yaml);
  return until(async () => (await fences()).items.find(isThere) ?? null, 'the fence is shown');
}
const area = (polygon: number[][] | null, floorPlan: string | null = 'hall') =>
  api.send('admin', 'PUT', '/areas/presses', {
    site: 'plant-1',
    floorPlan,
    name: { zh: '冲压', en: 'Presses' },
    kind: 'workshop',
    departmentId: null,
    polygon,
    active: true,
  });

describe('a zone that names an area', () => {
  it('is compared with it, and each can be drawn from the other until both are one fence', async () => {
    const unknown = await fenceOf(file('presses'), ({ state }) => state === 'area-unknown');
    expect(unknown).toMatchObject({ areaId: 'presses', area: null, apart: null });

    expect((await area(null, null)).status).toBe(200);
    const bare = await fenceOf(file('presses'), ({ state }) => state === 'area-without-outline');
    // The zone of the tests, 100 pixels a metre.
    expect(bare.zoneOnFloor).toEqual([
      [1, 6.2],
      [6, 6.2],
      [6, 2.2],
      [1, 2.2],
    ]);

    // Drawn by hand, a metre and a half to the right.
    const beside = bare.zoneOnFloor!.map(([x, y]) => [x + 1.5, y]);
    expect((await area(beside)).status).toBe(200);
    const { items, tolerance } = await fences();
    expect(items).toMatchObject([{ state: 'different' }]);
    expect(items[0]!.apart).toBeGreaterThan(1.3);
    expect(items[0]!.apart).toBeLessThanOrEqual(1.5);
    expect(items[0]!.overlap).toBeCloseTo(3.5 / 6.5, 1);
    expect(tolerance).toBeLessThan(1.3);

    // The zone drawn from the area …
    const polygon = JSON.stringify(items[0]!.areaInPicture);
    const redrawn = file('presses').replace(/polygon: .*/, `polygon: ${polygon}`);
    expect(await fenceOf(redrawn, ({ state }) => state === 'same')).toMatchObject({ apart: 0 });

    // … and the area from the zone.
    expect((await area(bare.zoneOnFloor)).status).toBe(200);
    const one = await fenceOf(file('presses'), ({ zoneOnFloor }) => zoneOnFloor?.[0]?.[0] === 1);
    expect(one).toMatchObject({ state: 'same', overlap: 1 });
  });

  it('says why the two cannot be compared', async () => {
    await area([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
    await fenceOf(file('presses', ''), ({ state }) => state === 'not-calibrated');
    await fenceOf(file('presses'), ({ state }) => state === 'different');
    await area(
      [
        [1, 1],
        [2, 1],
        [2, 2],
      ],
      'yard',
    );
    expect((await fences()).items).toMatchObject([{ state: 'other-plan', areaInPicture: null }]);
    await area([
      [30, 1],
      [32, 1],
      [32, 2],
    ]);
    expect((await fences()).items).toMatchObject([{ state: 'out-of-sight' }]);
    // A zone without an area is no fence, and a wrong id is refused with its line.
    await writeFile(api.settings.camerasFile, CAMERAS);
    await until(async () => (await fences()).items.length === 0, 'no fence is left');
  });
});
