import type { Box, CameraConfig } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../api/src/testing/site.ts';
import { fileOf, startWorker, type TestWorker, testFile } from '../api/src/testing/worker.ts';
import { ModelRunner } from '../vision/src/detect/model-runner.ts';
import { CameraPipeline } from '../vision/src/pipeline/camera-pipeline.ts';
import { confirmedEvent } from '../vision/src/record/events.ts';
import {
  anySize,
  constantModel,
  grey,
  testCard,
  WeightsFolder,
} from '../vision/src/testing/tiny-models.ts';

/*
 * An item of protective equipment that the code does not know: a model card names it, a rule asks for
 * it, a dictionary has its name. Real session, pipeline, broker, API and database.
 */

const WIDTH = 1280;
const HEIGHT = 720;
const person: Box = [320, 180, 640, 540];
const bareFace: Box = [430, 190, 530, 270];

let site: Site;
let api: RunningApi;
let worker: TestWorker;
const weights = new WeightsFolder();

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  worker = await startWorker(site, api);
});
afterAll(async () => {
  weights.remove();
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

/** A model that sees in each frame a person without a mask. */
function maskModel() {
  const row = ([left, top, right, bottom]: Box, scores: number[]) => [
    (left + right) / 20,
    (top + bottom) / 20,
    (right - left) / 10,
    (bottom - top) / 10,
    1,
    ...scores,
  ];
  const values = [...row(person, [0.9, 0, 0]), ...row(bareFace, [0, 0, 0.8])];
  const bytes = constantModel(anySize, [{ name: 'output', dims: [1, 2, 8], values }]);
  const half = { keep: 0.25, trust: 0.5 };
  return testCard(weights.write(bytes), {
    name: 'masks',
    classes: ['worker', 'Mask', 'NO-Mask'],
    meanings: { worker: 'person', Mask: 'mask', 'NO-Mask': 'no_mask' },
    thresholds: { person: half, mask: half, no_mask: half },
  });
}

const camera: CameraConfig = {
  id: 'hall-west',
  name: { zh: '车间西', en: 'Hall west' },
  site: 'plant-1',
  url: 'file:none.mp4',
  transport: 'tcp',
  enabled: true,
  picture: [WIDTH, HEIGHT],
  model: 'masks',
  analysisFps: 5,
  closeLooks: { perFrame: 0, megapixels: 0.25, searchSeconds: 0 },
  zones: [
    {
      id: 'press-area',
      name: { zh: '冲压区', en: 'Press area' },
      kind: 'work-area',
      polygon: [
        [0, 0],
        [WIDTH, 0],
        [WIDTH, HEIGHT],
        [0, HEIGHT],
      ],
    },
  ],
  lines: [],
  rules: [
    { kind: 'missing-ppe', id: 'masks', severity: 'high', zone: 'press-area', items: ['mask'] },
  ],
};

describe('an item of protective equipment that only a model card names', () => {
  it('goes from the frame to the filter of the queue and into the notice, by its own name', async () => {
    const word = { name: { zh: '防尘口罩', en: 'Dust mask' }, active: true, data: {} };
    const named = await api.send('admin', 'PUT', '/dictionaries/ppe-item/mask', word);
    expect(named.status).toBe(200);

    const card = maskModel();
    const runner = await ModelRunner.load(card, (work) => work());
    const pipeline = new CameraPipeline({ config: camera, card });
    expect(pipeline.problems).toEqual([]);
    const seen = await runner.detect(grey(WIDTH, HEIGHT), 0, { regionBudget: 0 });
    const found = { ...seen, cropped: [], timings: { ...seen.timings, wait: 0 } };
    await runner.close();
    const start = Date.now() - 60_000;
    const verdicts = Array.from({ length: 20 }, (_, i) => {
      const at = start + 200 * i;
      const meta = { camera: camera.id, sequence: i, at, width: WIDTH, height: HEIGHT };
      return pipeline.process(meta, found);
    }).flatMap((outcome) => outcome.verdicts);
    expect(verdicts).toMatchObject([{ type: 'confirmed', rule: 'missing-ppe', item: 'mask' }]);
    const [verdict] = verdicts;
    if (verdict?.type !== 'confirmed') throw new Error('nothing is confirmed');

    const picture = testFile('image/jpeg');
    await worker.put(picture);
    const takenAt = new Date(verdict.confirmedAt).toISOString();
    const event = confirmedEvent(verdict, {
      source: '/vision/worker-1',
      camera,
      configuration: null,
      model: { name: 'masks', version: '1' },
      snapshot: { ...fileOf(picture), takenAt, width: WIDTH, height: HEIGHT, boxes: [] },
    });
    expect(await worker.deliver(event)).toMatchObject({ result: 'committed' });
    const other = await worker.confirm();

    const reviewer = await api.signIn('safety');
    const listed = async (rule: string) => {
      const answer = await api.get(`/api/v1/violations?rule=${rule}`, reviewer);
      return ((await answer.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
    };
    expect(await listed('missing-ppe/mask')).toEqual([event.id]);
    expect((await listed('missing-ppe')).sort()).toEqual([event.id, other.id].sort());
    expect(await listed('missing-ppe/helmet')).toEqual([other.id]);
    await expect
      .poll(async () => JSON.stringify(await (await api.get('/api/v1/notices', reviewer)).json()), {
        timeout: 20_000,
      })
      .toContain('No dust mask');
  });
});
