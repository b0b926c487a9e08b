import { deflateSync } from 'node:zlib';
import type { ViolationConfirmed, ViolationEvent, WorkerGrants } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { confirmedEvent, startWorker, type TestWorker, testFile } from '../../testing/worker.ts';

const CAMERA = 'hall-west';
let site: Site;
let api: RunningApi;
let first: TestWorker;
let second: TestWorker;

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  first = await startWorker(site, api, 'worker-1', []);
  second = await startWorker(site, api, 'worker-2', []);
});
afterAll(async () => {
  clearInterval(alive);
  await first?.stop();
  await second?.stop();
  await api?.stop();
  await site?.stop();
});

async function beat(worker: TestWorker, more: object = {}, headers = worker.own) {
  const said = { capacity: 20, most: null, load: 5, cameras: [], ...more };
  return api.post('/api/v1/ingest/worker/heartbeat', said, headers);
}
/** The number under which a worker gets the camera. */
async function given(worker: TestWorker, more: object = {}): Promise<number> {
  const answer = (await (await beat(worker, more)).json()) as WorkerGrants;
  return answer.cameras.find(({ camera }) => camera === CAMERA)?.number ?? 0;
}
const state = Buffer.from('what the judge remembers').toString('base64');
let numbers: { old: number; now: number };
/** The present holder of the camera says so all the time, as a worker does. */
let alive: NodeJS.Timeout | undefined;
const named = () => ({ cameras: [{ camera: CAMERA, number: numbers.now }] });
/** When the camera moved. */
let moved: number;

/** Uploads the picture of a violation, and delivers it. */
async function confirm(
  worker: TestWorker,
  at: number,
  grant: number,
  changes: Partial<ViolationConfirmed['data']> = {},
) {
  const snapshot = testFile('image/jpeg');
  await worker.put(snapshot);
  const times = {
    startedAt: new Date(at - 2_000).toISOString(),
    confirmedAt: new Date(at).toISOString(),
  };
  const event = confirmedEvent(worker.name, snapshot, {
    camera: CAMERA,
    actor: `p-${at}`,
    ...times,
    grant,
    ...changes,
  });
  const { snapshot: picture } = event.data;
  if (picture) picture.takenAt = times.confirmedAt;
  event.time = times.confirmedAt;
  return { event, word: await worker.deliver(event) };
}
const ended = (
  worker: TestWorker,
  confirmed: ViolationConfirmed,
  at: number,
  grant: number,
): ViolationEvent => ({
  ...confirmed,
  id: `${confirmed.id}-ended`,
  source: `/vision/${worker.name}`,
  type: 'cn.anshi.violation.ended.v1',
  time: new Date(at).toISOString(),
  data: { violation: confirmed.data.violation, endedAt: new Date(at).toISOString(), grant },
});
const read = async (id: string) =>
  (await api.send<{ endedAt: string | null }>('safety', 'GET', `/violations/${id}`)).body;

describe('two workers that both watch a camera', () => {
  let open: ViolationConfirmed;
  beforeAll(async () => {
    const old = await given(first);
    const now = Date.now();
    const { event, word } = await confirm(first, now, old);
    expect(word).toMatchObject({ result: 'committed' });
    open = event;
    await beat(first, {
      cameras: [{ camera: CAMERA, number: old }],
      states: [{ camera: CAMERA, number: old, state }],
    });
    await beat(first, { leaving: true });
    moved = Date.now();
    numbers = { old, now: await given(second) };
    expect(numbers.now).toBeGreaterThan(old);
    alive = setInterval(() => void beat(second, named()).catch(() => {}), 1_000);
  });

  it('what the earlier one saw before the camera moved is taken, however late it comes', async () => {
    const { word } = await confirm(first, moved - 500, numbers.old);
    expect(word).toMatchObject({ result: 'committed' });
  });

  it('what it saw since is refused, with the reason, and what the present one saw is taken', async () => {
    const { word } = await confirm(first, Date.now(), numbers.old);
    expect(word).toMatchObject({ result: 'rejected' });
    expect(word.reason).toContain('was given to the worker worker-2');
    expect((await confirm(second, Date.now(), numbers.now)).word).toMatchObject({
      result: 'committed',
    });
    // Under the other one's number, its own times count.
    expect((await confirm(first, Date.now(), numbers.now)).word).toMatchObject({
      result: 'committed',
    });
  });

  it('the open episode is ended by the present one alone', async () => {
    const at = Date.now();
    const wrong = await first.deliver(ended(first, open, at, numbers.old));
    expect(wrong).toMatchObject({ result: 'rejected' });
    expect((await read(open.data.violation)).endedAt).toBeNull();
    const right = await second.deliver(ended(second, open, at, numbers.now));
    expect(right).toMatchObject({ result: 'committed' });
    expect((await read(open.data.violation)).endedAt).toBe(new Date(at).toISOString());
  });

  describe('the end that the earlier one saw before the camera moved, and that comes late', () => {
    const keep = (memory: string) => {
      const kept = { camera: CAMERA, number: numbers.now, state: memory };
      return beat(second, { ...named(), states: [kept] });
    };
    /** The present holder sends a judge state with this episode open, or with none. */
    const remember = (violation: string | null) =>
      keep(deflateSync(JSON.stringify({ state: { open: violation } })).toString('base64'));
    afterAll(() => keep(state));
    const begun = async () => {
      const { event, word } = await confirm(first, moved - 900, numbers.old, {
        actor: `p-${++actors}`,
      });
      expect(word).toMatchObject({ result: 'committed' });
      return event;
    };
    let actors = 0;

    it('is taken where nobody else remembers the episode', async () => {
      const event = await begun();
      await remember(null);
      const word = await first.deliver(ended(first, event, moved - 400, numbers.old));
      expect(word).toMatchObject({ result: 'committed' });
      const at = new Date(moved - 400).toISOString();
      expect((await read(event.data.violation)).endedAt).toBe(at);
    });

    it('is refused where the present one goes on with it, and where that one has ended it', async () => {
      const event = await begun();
      const { violation } = event.data;
      await remember(violation);
      const late = () => first.deliver(ended(first, event, moved - 400, numbers.old));
      expect(await late()).toMatchObject({ result: 'rejected' });
      expect((await read(violation)).endedAt).toBeNull();
      const at = Date.now();
      await second.deliver(ended(second, event, at, numbers.now));
      await remember(null);
      expect(await late()).toMatchObject({ result: 'rejected' });
      expect((await read(violation)).endedAt).toBe(new Date(at).toISOString());
    });

    it('is refused where it is of a time after the camera moved', async () => {
      const event = await begun();
      await remember(null);
      const word = await first.deliver(ended(first, event, Date.now(), numbers.old));
      expect(word).toMatchObject({ result: 'rejected' });
      expect((await read(event.data.violation)).endedAt).toBeNull();
    });
  });

  it('an episode that both confirmed is on record once, and ends by either id', async () => {
    const at = moved - 300;
    const actor = 'p-both';
    const startedAt = new Date(at - 5_000).toISOString();
    const one = await confirm(first, at, numbers.old, { actor, startedAt });
    expect(one.word).toMatchObject({ result: 'committed' });
    const now = Date.now();
    const two = await confirm(second, now, numbers.now, { actor, startedAt });
    expect(two.word).toMatchObject({ result: 'committed' });
    const missing = await api.send('safety', 'GET', `/violations/${two.event.data.violation}`);
    expect(missing.status).toBe(404);
    const word = await second.deliver(ended(second, two.event, now, numbers.now));
    expect(word).toMatchObject({ result: 'committed' });
    expect((await read(one.event.data.violation)).endedAt).toBe(new Date(now).toISOString());
  });
});

describe('the route of heartbeats', () => {
  it('gives a worker no camera because it names it, nor under the number of another', async () => {
    for (const number of [numbers.old, numbers.now, numbers.now + 1]) {
      const answer = await beat(first, { cameras: [{ camera: CAMERA, number }] });
      expect(answer.status).toBe(200);
      const { cameras } = (await answer.json()) as WorkerGrants;
      expect(cameras.map(({ camera }) => camera)).not.toContain(CAMERA);
    }
    expect(await given(second, named())).toBe(numbers.now);
  });

  it('keeps no state of a worker that does not hold the camera', async () => {
    const forged = Buffer.from('nobody was ever here').toString('base64');
    await beat(first, { states: [{ camera: CAMERA, number: numbers.now, state: forged }] });
    clearInterval(alive);
    await beat(second, { ...named(), leaving: true });
    const answer = (await (await beat(first)).json()) as WorkerGrants;
    const mine = answer.cameras.find(({ camera }) => camera === CAMERA);
    expect(mine).toMatchObject({ takenFrom: 'worker-2', state: { state } });
  });

  it('refuses what is no heartbeat, and credentials that are not of a worker', async () => {
    for (const wrong of [
      { capacity: 0 },
      { load: -1 },
      { cameras: [{ camera: CAMERA, number: 0 }] },
      { cameras: [{ camera: '../x', number: 1 }] },
      { states: [{ camera: CAMERA, number: 1, state: 'not base64!' }] },
      { states: [{ camera: CAMERA, number: 1, state: 'A'.repeat(400_004) }] },
      { worker: 'worker-2' },
    ]) {
      expect((await beat(first, wrong)).status).toBe(400);
    }
    expect((await beat(first, {}, { authorization: 'Bearer x' })).status).toBe(401);
    const person = await api.signIn('admin');
    expect((await api.post('/api/v1/ingest/worker/heartbeat', {}, person)).status).toBe(401);
  });
});
