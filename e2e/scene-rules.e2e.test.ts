import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ArmedWhen,
  CameraConfig,
  Observation,
  Point,
  RuleConfig,
  TrackedPerson,
  ViolationArming,
} from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../api/src/testing/site.ts';
import { fileOf, startWorker, type TestWorker, testFile } from '../api/src/testing/worker.ts';
import { judge } from '../vision/src/judge/judge.ts';
import { emptyJudgeState } from '../vision/src/judge/state.ts';
import type { ConfirmedVerdict, Verdict } from '../vision/src/judge/verdict.ts';
import { confirmedEvent, endedEvent, snapshotBoxes } from '../vision/src/record/events.ts';
import { armingOverTheBus, permitFor, sent } from './support/permits.ts';
import { until } from './support/until.ts';

/*
 * Rules on zones and machines from observations to the review queue: the judge, the event of a worker, a
 * real broker, the API and its database.
 */

const [WIDTH, HEIGHT] = [1280, 720];
const severity = 'high';
const zone = 'press-area';
const rules: RuleConfig[] = [
  { kind: 'missing-ppe', id: 'helmets', severity: 'medium', zone, items: ['helmet'] },
  { kind: 'loitering', id: 'stays', severity, zone, confirmSeconds: 20 },
  { kind: 'over-occupancy', id: 'crowd', severity, zone, maxPeople: 2 },
  { kind: 'lone-work', id: 'alone', severity, zone, companyIn: 'picture', confirmSeconds: 20 },
  {
    kind: 'unattended-machine',
    id: 'press',
    severity,
    zone,
    confirmSeconds: 20,
    whileMachine: { machine: 'press-1', states: ['running'] },
  },
];
const camera: CameraConfig = {
  id: 'hall-west',
  name: { zh: '车间西', en: 'Hall west' },
  site: 'plant-1',
  url: 'file:none.mp4',
  transport: 'tcp',
  enabled: true,
  picture: [WIDTH, HEIGHT],
  model: 'ppe',
  analysisFps: 5,
  closeLooks: { perFrame: 0, megapixels: 0.25, searchSeconds: 0 },
  zones: [
    {
      id: zone,
      name: { zh: '冲压区', en: 'Press area' },
      kind: 'work-area',
      polygon: [
        [100, 100],
        [600, 100],
        [600, 500],
        [100, 500],
      ],
    },
  ],
  lines: [],
  rules,
};

interface Body {
  track: string;
  foot: Point;
  bare?: boolean;
}
const person = ({ track, foot: [x, y], bare }: Body): TrackedPerson => ({
  track,
  box: [x - 20, y - 100, x + 20, y],
  score: 0.9,
  floor: null,
  floorDeviation: null,
  equipment: { helmet: bare ? 'missing' : 'worn' },
  pose: null,
  zones: x > 100 && x < 600 ? [zone] : [],
  violations: [],
});

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let reviewer: { authorization: string };

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  worker = await startWorker(site, api);
  reviewer = await api.signIn('safety');
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

/** Each story has an hour of its own, so that no finding meets those of others. */
let stories = 0;
/** Judges a minute of observations and delivers the events as a worker does. */
async function happens(kinds: RuleConfig['kind'][], bodies: (ms: number) => Body[]) {
  const start = 3_600_000 * (Math.floor(Date.now() / 3_600_000) - 48 + stories++);
  const config = { ...camera, rules: rules.filter(({ kind }) => kinds.includes(kind)) };
  let state = emptyJudgeState(camera.id);
  const found: { verdict: Verdict; observation: Observation }[] = [];
  for (let ms = 0; ms < 60_000; ms += 200) {
    const at = new Date(start + ms).toISOString();
    const observation: Observation = {
      camera: camera.id,
      at,
      width: WIDTH,
      height: HEIGHT,
      people: bodies(ms).map((body) => ({ ...person(body), track: `${stories}-${body.track}` })),
      parts: [],
      machines: [{ machine: 'press-1', state: 'running', at }],
    };
    const judged = judge(config, state, observation);
    state = judged.state;
    for (const verdict of judged.verdicts) found.push({ verdict, observation });
  }
  const source = '/vision/worker-1';
  for (const { verdict, observation } of found) {
    if (verdict.type === 'ended') {
      await worker.deliver(endedEvent(verdict, source, camera.id));
      continue;
    }
    if (verdict.type === 'confirmed') await tell(verdict, observation);
  }
}

/** Delivers a record as a worker does. */
async function tell(verdict: ConfirmedVerdict, observation: Observation): Promise<void> {
  const picture = testFile('image/jpeg');
  await worker.put(picture);
  const size = { width: WIDTH, height: HEIGHT };
  const event = confirmedEvent(verdict, {
    source: '/vision/worker-1',
    camera,
    configuration: null,
    model: { name: 'ppe', version: '1' },
    snapshot: {
      ...fileOf(picture),
      ...size,
      takenAt: observation.at,
      boxes: snapshotBoxes(observation, size),
    },
  });
  expect(await worker.deliver(event)).toMatchObject({ result: 'committed' });
}

interface Row {
  id: string;
  subject: string;
  severity: string;
  main: { rule: string; subject: string; zone: string; box: number[] | null; tracks: string[] };
}
async function queue(rule: string): Promise<Row[]> {
  const answer = await api.get(`/api/v1/incidents?rule=${rule}&status=pending`, reviewer);
  return ((await answer.json()) as { items: Row[] }).items;
}
const linksOf = async (id: string) => {
  const answer = await api.get(`/api/v1/incidents/${id}`, reviewer);
  const { links } = (await answer.json()) as { links: { id: string }[] };
  return links.map((link) => link.id);
};

describe('a rule on how long or how many', () => {
  it('loitering: one incident of the person', async () => {
    await happens(['loitering'], () => [{ track: 'a', foot: [300, 300] }]);
    expect(await queue('loitering')).toMatchObject([
      { subject: 'person', severity: 'high', main: { rule: 'loitering', zone } },
    ]);
  });

  it('over-occupancy: one incident of the zone, linked to those of the people in it', async () => {
    await happens(['over-occupancy', 'missing-ppe'], (ms) =>
      ms < 40_000
        ? [
            { track: 'a', foot: [200, 300], bare: true },
            { track: 'b', foot: [350, 300] },
            { track: 'c', foot: [500, 300] },
          ]
        : [],
    );
    const [crowd, ...others] = await queue('over-occupancy');
    expect(others).toEqual([]);
    expect(crowd).toMatchObject({
      subject: 'zone',
      main: { subject: 'zone', zone, box: null, tracks: ['2-a', '2-b', '2-c'] },
    });
    const bare = (await queue('missing-ppe')).map(({ id }) => id);
    expect(bare).toHaveLength(1);
    expect(await linksOf(crowd!.id)).toEqual(bare);
    expect(await linksOf(bare[0]!)).toEqual([crowd!.id]);
  });

  it('lone work: one incident of the zone, and a notice that names it', async () => {
    await happens(['lone-work'], () => [{ track: 'a', foot: [300, 300] }]);
    expect(await queue('lone-work')).toMatchObject([
      { subject: 'zone', main: { zone, box: null, tracks: ['3-a'] } },
    ]);
    const notices = async () =>
      JSON.stringify(await (await api.get('/api/v1/notices', reviewer)).json());
    await expect.poll(notices, { timeout: 20_000 }).toMatch(/Loitering|Lone work|Too many people/);
  });

  it('unattended machine: one incident of the machine, with its state', async () => {
    await happens(['unattended-machine'], () => [{ track: 'a', foot: [900, 300] }]);
    expect(await queue('unattended-machine')).toMatchObject([
      {
        subject: 'machine',
        main: {
          rule: 'unattended-machine',
          box: null,
          tracks: [],
          arming: { by: 'machine', machine: { machine: 'press-1', state: 'running' } },
        },
      },
    ]);
  });

  it('is none where all is as it may be', async () => {
    const before = await Promise.all(rules.map(({ kind }) => queue(kind)));
    await happens(
      rules.map(({ kind }) => kind),
      (ms) => [
        { track: `a${Math.floor(ms / 15_000)}`, foot: [150 + (ms % 15_000) / 50, 300] },
        { track: 'second', foot: [900, 300] },
      ],
    );
    expect(await Promise.all(rules.map(({ kind }) => queue(kind)))).toEqual(before);
  });
});

it('a permit that ends with a person inside arms the rule, and the record says why it is armed', async () => {
  const armed: ArmedWhen = { by: 'permit', while: 'none', kinds: ['hot-work'], area: 'weld-shop' };
  const area = { site: 'plant-1', name: { zh: '焊接间', en: 'Weld shop' }, kind: 'workshop' };
  await sent(api, 'admin', 'PUT', '/areas/weld-shop', area);
  const path = '/cameras/hall-west/configuration';
  type Shapes = { version: number; zones: { id: string }[] };
  const { version, zones } = await sent<Shapes>(api, 'admin', 'GET', path);
  const drawn = zones.map((one) => (one.id === zone ? { ...one, armed } : one));
  await sent(api, 'admin', 'PATCH', path, { version, zones: drawn });
  const config: CameraConfig = {
    ...camera,
    zones: camera.zones.map((one) => ({ ...one, armed })),
    rules: [{ kind: 'zone-intrusion', id: 'keep-out', severity, zone, confirmSeconds: 2 }],
  };
  const { states, bus } = await armingOverTheBus(site, worker.name);
  const { id, toAt } = await permitFor(api, 'weld-shop', 9_000);
  await until('the permit to disarm the zone', async () =>
    states.of(config).some(({ state, permit }) => state === 'disarmed' && permit === id),
  );

  // A person stands in the zone all the time, and is judged as by a worker.
  let state = emptyJudgeState(camera.id);
  let verdict: ConfirmedVerdict | undefined;
  let disarmed = 0;
  while (!verdict) {
    await sleep(200);
    const observation: Observation = {
      camera: camera.id,
      at: new Date().toISOString(),
      width: WIDTH,
      height: HEIGHT,
      people: [person({ track: 'inside', foot: [300, 300] })],
      parts: [],
      machines: [],
      arming: states.of(config),
    };
    if (observation.arming?.every((one) => one.state === 'disarmed')) disarmed++;
    const judged = judge(config, state, observation);
    state = judged.state;
    verdict = judged.verdicts.find((one) => one.type === 'confirmed');
    if (verdict) await tell(verdict, observation);
  }
  await bus.endAsync(true);
  // Long enough that the rule would have recorded the person.
  expect(disarmed).toBeGreaterThan(15);
  // It begins between the last frame in which it was disarmed and the first in which it was armed.
  const late = verdict.startedAt - Date.parse(toAt);
  expect(late).toBeGreaterThan(-1_000);
  expect(late).toBeLessThan(5_000);
  expect(verdict.confirmedAt).toBeGreaterThan(Date.parse(toAt) + 1_000);
  const of = `/violations/${verdict.violation}`;
  const record = await sent<{ arming: ViolationArming }>(api, 'safety', 'GET', of);
  expect(record.arming).toMatchObject({
    by: 'permit',
    seen: { state: 'armed', cause: 'permit-ended', permit: id, since: toAt },
  });
});
