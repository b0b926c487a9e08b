import { DateTime } from 'luxon';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createJobs } from '../../platform/jobs/jobs.ts';
import { createWorkflows } from '../../platform/workflow/engine.ts';
import { runReminders } from '../../platform/workflow/job.ts';
import { loadedEvent, openAnnouncer, testModel } from '../../testing/models.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { yesterdayAt } from '../../testing/times.ts';
import { upload } from '../../testing/tus.ts';
import { makeUser } from '../../testing/users.ts';
import { putVerdicts } from '../../testing/verdicts.ts';
import { startWorker, testFile } from '../../testing/worker.ts';
import { modelReviewFlow } from './flow.ts';
import { OPEN_REVIEW, scheduleModelReviews } from './job.ts';
import { createModelReviews } from './reviews.ts';

type Headers = { authorization: string };
type Detail = {
  id: string;
  state: string;
  version: number;
  assignees: { id: string }[];
  figures: {
    versions: { version: string; figures: { map50?: number }[] }[];
    precision: { rules: { rule: string; judged: number }[] };
    labels: { pictures: number };
    drops: unknown[];
  };
  transitions: { id: string }[];
  candidates: { id: string; version: string }[];
};
let site: Site;
let api: RunningApi;
let database: Database;
let appUrl: string;
let owner: Headers;
let reader: Headers;
const log = pino({ level: 'silent' });
const told: { kind: string; severity: string; to: string[]; at: string }[] = [];
/** The plant's clock; the test advances it by months. Workers tell nothing that is older than a year. */
const BEGIN = DateTime.fromISO(yesterdayAt('02:00:00'), { zone: 'Asia/Shanghai' });
let now = BEGIN;
/** When the models were loaded: their review is due five days before the clock, or a few more. */
const LOADED = BEGIN.minus({ days: 5, months: 6 });
const DUE = LOADED.plus({ months: 6 });
const textOf = (at: DateTime) => at.toJSDate().toISOString();

/** The module on the same database, with the test's clock. */
function moduleAt() {
  const units = createUnits({ database, onError: (error) => log.error(error) });
  const notices = {
    notify: async (_unit: unknown, one: { kind: string; severity: string; to: string[] }) =>
      void told.push({ ...one, at: now.toISODate() ?? '' }),
  };
  const files = {
    of: async () => [],
    attach: async () => [],
    read: () => {
      throw new Error('none');
    },
  };
  const engine = createWorkflows({
    files,
    notices,
    timeZone: 'Asia/Shanghai',
    now: () => now.toJSDate(),
  });
  engine.seed(modelReviewFlow);
  const reviews = createModelReviews({
    units,
    workflows: engine,
    files: files as never,
    timeZone: 'Asia/Shanghai',
  });
  const remind = () => runReminders({ engine, units, log }, 'demo', now.toJSDate());
  return { reviews, remind };
}
let calendar: ReturnType<typeof moduleAt>;

beforeAll(async () => {
  site = await openSite();
  ({ appUrl } = await site.seededDatabase());
  api = await startApi(site, appUrl);
  database = openDatabase(appUrl);
  const idOfOwner = await makeUser(database, 'owner', ['model:read@all', 'model:manage@all']);
  await makeUser(database, 'reader', ['model:read@all']);
  await database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.userRole.create({ data: { tenantId: 'demo', userId: idOfOwner, roleId: 'safety-head' } }),
  );
  owner = await api.signIn('owner');
  reader = await api.signIn('reader');
  const announcer = await openAnnouncer(site, 'worker-1');
  await announcer.tell(
    loadedEvent('worker-1', textOf(LOADED), [testModel('1.0.0')], ['hall-west']),
  );
  await announcer.tell(
    loadedEvent('worker-1', textOf(LOADED.plus({ hours: 1 })), [testModel('1.1.0')], ['hall-west']),
  );
  await announcer.stop();
  const worker = await startWorker(site, api);
  const file = testFile('image/jpeg');
  await worker.put(file);
  await worker.stop();
  const boxes = [
    { label: 'person', box: [200, 120, 260, 300], score: 0.9 },
    { label: 'head', box: [218, 122, 240, 150], score: 0.8 },
  ] as never;
  await putVerdicts(
    database,
    Array.from({ length: 24 }, (_, i) => ({
      startedAt: BEGIN.minus({ days: 55 }).plus({ hours: i }).toJSDate(),
      status: 'confirmed' as const,
      snapshot: file.sha256,
      boxes,
      version: '1.1.0',
    })),
  );
  calendar = moduleAt();
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

const read = async (id: string, who = owner): Promise<Detail> =>
  (await (await api.get(`/api/v1/models/reviews/${id}`, who)).json()) as Detail;
const list = async () =>
  (await (await api.get('/api/v1/models/reviews', owner)).json()) as {
    items: { id: string; state: string; outcome: string | null; overdue: boolean }[];
    nextAt: string | null;
  };
const act = (id: string, body: object, who = owner) =>
  api.post(`/api/v1/models/reviews/${id}/actions`, body, who);

describe('the half-yearly review of the models', () => {
  let first: string;

  it('[VIS-10] [DQ-16] is opened by schedule six months after the model’s activation', async () => {
    const { nextAt } = await list();
    expect(nextAt).toBe(textOf(DUE));
    const early = DUE.minus({ days: 1 });
    expect(await calendar.reviews.openByCalendar('demo', early.toJSDate())).toBeNull();
    // The queue's job does it; a second one of the same day finds it open.
    const jobs = createJobs({ databaseUrl: appUrl, tenant: 'demo', log, pollSeconds: 0.5 });
    await scheduleModelReviews({
      reviews: calendar.reviews,
      jobs,
      timeZone: 'Asia/Shanghai',
      drops: { look: async () => 0 },
      lost: { look: async () => ({ lost: [], back: [] }) },
      isOn: async () => true,
    });
    await jobs.start();
    try {
      await jobs.send(null, OPEN_REVIEW, {});
      await until(async () => (await list()).items.length === 1, 'the review is open');
    } finally {
      await jobs.stop();
    }
    expect(await calendar.reviews.openByCalendar('demo', now.toJSDate())).toBeNull();
    const open = await list();
    expect(open).toMatchObject({ items: [{ state: 'review', outcome: null }], nextAt: null });
    first = open.items[0]?.id ?? '';
  });

  it('[VIS-10] [DQ-16] contains the current figures, and keeps them', async () => {
    const { figures, transitions, assignees } = await read(first);
    expect(figures.versions).toMatchObject([{ version: '1.1.0', figures: [{ map50: 0.71 }] }]);
    expect(figures.precision.rules).toMatchObject([
      { rule: 'missing-ppe/helmet', version: '1.1.0', judged: 24, confirmed: 24 },
    ]);
    expect(figures.labels.pictures).toBe(24);
    expect(assignees.length).toBeGreaterThan(0);
    expect(transitions.map(({ id }) => id).sort()).toEqual(['keep', 'replace', 'retrain']);
    expect((await read(first, reader)).transitions).toEqual([]);
    const change = database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.modelReview.updateMany({ data: { figures: {} } }),
    );
    await expect(change).rejects.toThrow('never changed');
  });

  it('[VIS-10] [DQ-16] reminds the assignee, and escalates', async () => {
    told.length = 0;
    for (const days of [24, 31, 38, 52, 66]) {
      now = BEGIN.plus({ days });
      await calendar.remind();
    }
    const severities = told.map(({ severity }) => severity);
    expect(severities).toContain('warning');
    expect(severities.at(-1)).toBe('critical');
    const first = told[0]?.to.length ?? 0;
    expect(first).toBeGreaterThan(0);
    const last = new Set(
      told.filter(({ severity }) => severity === 'critical').flatMap(({ to }) => to),
    );
    expect(last.size).toBeGreaterThan(new Set(told[0]?.to).size);
  });

  it('[VIS-10] ends with a new version only with its bench result', async () => {
    let review = await read(first);
    const without = await act(first, { transition: 'keep', version: review.version, fields: {} });
    expect(await without.json()).toMatchObject({ code: 'workflow.incomplete' });
    const retrain = await act(first, {
      transition: 'retrain',
      version: review.version,
      fields: { reason: 'more vests are needed' },
    });
    expect(retrain.status, await retrain.clone().text()).toBe(200);
    review = (await retrain.json()) as Detail;
    expect(review.state).toBe('retraining');
    const version = review.candidates.find((one) => one.version === '1.1.0');
    const replace = (fileIds: string[]) =>
      act(first, {
        transition: 'replace',
        version: review.version,
        fileIds,
        fields: { 'new-version': version?.id, reason: 'reads vests' },
      });
    expect(await (await replace([])).json()).toMatchObject({ code: 'model.evidence' });
    const hand = async (sha256: string, ok = true) => {
      const json = {
        bench: 'ppe',
        ok,
        figures: {},
        model: { name: 'ppe', version: '1.1.0', sha256 },
      };
      const answer = await upload(api, owner, Buffer.from(JSON.stringify(json)), {
        name: 'ppe.json',
        type: 'application/json',
      });
      return ((await answer.json()) as { id: string }).id;
    };
    const of = (text: string) => testModel(text).weightsSha256;
    expect((await replace([await hand(of('1.0.0'))])).status).toBe(422);
    expect(
      (
        await act(
          first,
          { transition: 'keep', version: review.version, fields: { reason: 'x' } },
          reader,
        )
      ).status,
    ).toBe(403);
    // A missed target requires a reason for the replacement.
    const missed = await replace([await hand(of('1.1.0'), false)]);
    expect([missed.status, ((await missed.json()) as { code: string }).code]).toEqual([
      422,
      'model.bench-missed',
    ]);
    const done = await replace([await hand(of('1.1.0'))]);
    expect(done.status, await done.clone().text()).toBe(200);
    expect(await done.json()).toMatchObject({
      state: 'replaced',
      outcome: 'replace',
      reason: 'reads vests',
      newVersion: { version: '1.1.0' },
    });
    const history = await api.get(`/api/v1/models/reviews/${first}/history`, reader);
    expect(await history.json()).toMatchObject({
      items: [
        { kind: 'started', bySystem: true },
        { transition: 'retrain', by: { id: expect.any(String) } },
        {
          transition: 'replace',
          files: [{ name: 'ppe.txt' }],
          values: [
            { id: 'new-version', valueName: { en: 'ppe 1.1.0' } },
            { id: 'reason', value: 'reads vests' },
          ],
        },
      ],
    });
    const versionAnswer = await api.get(`/api/v1/models/versions/${version?.id}`, owner);
    expect(await versionAnswer.json()).toMatchObject({
      decision: {
        decision: 'activated',
        reason: 'reads vests',
        reviewId: first,
        missedReason: null,
      },
    });
    const lines = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entity: 'model-version', action: 'activate' } }),
    );
    expect(lines.at(-1)).toMatchObject({ entityId: version?.id, reason: 'reads vests' });
  });

  it('[DQ-16] recurs half a year after the last one, or at the configured interval', async () => {
    const opened = DateTime.fromISO(
      (await list()).items[0]
        ? ((await read(first)) as never as { openedAt: string }).openedAt
        : '',
      {
        zone: 'Asia/Shanghai',
      },
    );
    expect((await list()).nextAt).toBe(opened.plus({ months: 6 }).toUTC().toISO());
    const settings = { version: 0, reviewMonths: 3, minJudged: 20, faces: {} };
    const put = (body: object) =>
      fetch(`${api.url}/api/v1/models/settings`, {
        method: 'PUT',
        headers: { ...owner, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await put({ ...settings, reviewMonths: 12 })).status).toBe(400);
    expect((await put(settings)).status).toBe(200);
    expect((await put(settings)).status).toBe(409);
    expect((await list()).nextAt).toBe(opened.plus({ months: 3 }).toUTC().toISO());
  });

  it('can be opened manually one at a time, and can end without a change', async () => {
    expect((await api.post('/api/v1/models/reviews', {}, reader)).status).toBe(403);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => api.post('/api/v1/models/reviews', {}, owner)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const bodies = await Promise.all(answers.map((one) => one.json()));
    const { id, version } = bodies[answers.findIndex(({ status }) => status === 201)] as Detail;
    const fields = { reason: 'good as it is' };
    const two = await Promise.all([
      act(id, { transition: 'keep', version, fields }),
      act(id, { transition: 'keep', version, fields }),
    ]);
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await list()).items[0]).toMatchObject({ state: 'kept', outcome: 'keep' });
  });
});
