import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { yesterdayAt } from '../../testing/times.ts';
import { clipEvent, startWorker, type TestWorker, testFile } from '../../testing/worker.ts';
import type { Violation } from './schema.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let operator: { authorization: string };
let officer: { authorization: string };
let superUrl: string;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  superUrl = urls.superUrl;
  api = await startApi(site, urls.appUrl);
  worker = await startWorker(site, api);
  operator = await api.signIn('operator');
  officer = await api.signIn('safety');
});
afterAll(async () => {
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

interface Page {
  items: Violation[];
  next: string | null;
  counts?: { pending: number };
}
const read = async (id: string) =>
  (await (await api.get(`/api/v1/violations/${id}`, operator)).json()) as Violation;
const list = async (query: string) =>
  (await (await api.get(`/api/v1/violations?${query}`, operator)).json()) as Page;
const decide = (id: string, body: object, who = operator) =>
  api.post(`/api/v1/violations/${id}/verdict`, body, who);

describe('the detail', () => {
  it('[VIS-08] has person, rule, place, time, clip, confidence and reviewer', async () => {
    const event = await worker.confirm();
    const files = { video: testFile('video/mp4', 9_000), boxes: testFile('application/json') };
    for (const file of Object.values(files)) await worker.put(file);
    await worker.deliver(clipEvent(event, files));
    await decide(event.id, { decision: 'confirm', note: 'talked to him', version: 1 }, officer);
    expect(await read(event.id)).toMatchObject({
      subject: 'person',
      actor: 'p-17',
      tracks: ['p-17', 't-17'],
      path: [{ at: yesterdayAt('09:00:02'), floor: [12.5, 7.25], deviation: 0.12 }],
      identity: null,
      rule: 'missing-ppe',
      item: 'helmet',
      ruleId: 'helmet-in-press-area',
      severity: 'high',
      camera: 'hall-west',
      cameraName: { zh: '车间西', en: 'Hall west' },
      site: 'plant-1',
      zone: 'press-area',
      zoneName: { zh: '冲压区', en: 'Press area' },
      floor: [12.5, 7.25],
      box: [200, 120, 260, 300],
      startedAt: yesterdayAt('09:00:00'),
      confirmedAt: yesterdayAt('09:00:02'),
      confidence: 0.91,
      model: { name: 'ppe', version: '1.0.0' },
      snapshot: { width: 1280, height: 720, boxes: [{ label: 'person', score: 0.93 }] },
      clip: { durationSeconds: 15, partial: false },
      status: 'confirmed',
      verdict: { by: { displayName: { en: 'Wang Anquan' } }, reason: null, note: 'talked to him' },
    });
  });

  it('[VIS-03] has the state of the rule’s machine, also an unknown one', async () => {
    for (const machine of [
      { machine: 'robot-1', state: 'running', at: yesterdayAt('08:59:58') },
      { machine: 'robot-1', state: 'unknown', at: null },
    ] as const) {
      const event = await worker.confirm({
        rule: 'hand-in-danger',
        arming: { by: 'machine', machine },
      });
      expect(await read(event.id)).toMatchObject({
        rule: 'hand-in-danger',
        arming: { by: 'machine', machine },
      });
    }
    const plain = await worker.confirm();
    expect((await read(plain.id)).arming).toBeNull();
  });
});

/** The audit lines of a violation, oldest first. */
async function auditLines(id: string) {
  const admin = new pg.Client({ connectionString: superUrl });
  await admin.connect();
  await admin.query("SELECT set_config('app.tenant', 'demo', false)");
  const { rows } = await admin.query(
    `SELECT action, user_name AS user, before, after FROM audit_log
     WHERE entity = 'violation' AND entity_id = $1 ORDER BY seq`,
    [id],
  );
  await admin.end();
  return rows as { action: string; user: string | null; before: object; after: object }[];
}

describe('the audit log', () => {
  it('[SEC-08] logs recording, views and verdicts, and one line for many ranges', async () => {
    const event = await worker.confirm();
    await worker.blur(event);
    const path = `/api/v1/violations/${event.id}`;
    for (let i = 0; i < 3; i++) {
      const range = { ...officer, range: `bytes=${i}-${i + 4}` };
      expect((await api.get(`${path}/snapshot`, range)).status).toBe(206);
    }
    await decide(event.id, { decision: 'dismiss', reason: 'allowed-work', version: 1 }, officer);
    expect(await auditLines(event.id)).toMatchObject([
      { action: 'create', user: null, after: { rule: 'missing-ppe', camera: 'hall-west' } },
      { action: 'attach', user: null, after: { blurred: 'snapshot', heads: 1 } },
      { action: 'view', user: 'safety', after: { what: 'snapshot' } },
      {
        action: 'dismiss',
        user: 'safety',
        before: { status: 'pending' },
        after: { status: 'dismissed', reason: 'allowed-work' },
      },
    ]);
    // A reviewer who lost a conflict changed nothing, so there is no line.
    await decide(event.id, { decision: 'confirm', version: 1 });
    expect(await auditLines(event.id)).toHaveLength(4);
  });
});

describe('a verdict', () => {
  it('of two concurrent reviewers, the second gets the current row and overwrites nothing', async () => {
    const { id } = await worker.confirm();
    const answers = await Promise.all([
      decide(id, { decision: 'confirm', version: 1 }, operator),
      decide(id, { decision: 'dismiss', reason: 'false-detection', version: 1 }, officer),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = (await answers.find(({ status }) => status === 409)?.json()) as {
      code: string;
      current: Violation;
    };
    const now = await read(id);
    expect(lost.code).toBe('violation.version-conflict');
    expect(lost.current).toEqual(now);
    expect(now.version).toBe(2);
    const history = await (await api.get(`/api/v1/violations/${id}/verdicts`, operator)).json();
    expect((history as { items: object[] }).items).toHaveLength(1);
  });

  it('can be undone by reopening, and its history stays', async () => {
    const { id } = await worker.confirm();
    await decide(id, { decision: 'dismiss', reason: 'duplicate', version: 1 });
    const reopened = await decide(id, { decision: 'reopen', version: 2 }, officer);
    expect(await reopened.json()).toMatchObject({ status: 'pending', verdict: null, version: 3 });
    const history = await (await api.get(`/api/v1/violations/${id}/verdicts`, operator)).json();
    expect((history as { items: object[] }).items).toMatchObject([
      { decision: 'dismiss', reason: 'duplicate', by: { displayName: { en: 'Li Zhiban' } } },
      { decision: 'reopen', by: { displayName: { en: 'Wang Anquan' } } },
    ]);
  });

  it('is immutable in the history, also for the owner of the tables', async () => {
    const { id } = await worker.confirm();
    await decide(id, { decision: 'confirm', version: 1 });
    const admin = new pg.Client({ connectionString: superUrl });
    await admin.connect();
    await expect(admin.query("UPDATE verdict SET decision = 'dismiss'")).rejects.toThrow(
      'never changed',
    );
    await admin.end();
  });

  it('requires a reason to dismiss, a version, a known violation and a changed status', async () => {
    const { id } = await worker.confirm();
    const noReason = await decide(id, { decision: 'dismiss', version: 1 });
    expect(noReason.status).toBe(400);
    expect(await noReason.json()).toMatchObject({ errors: [{ field: 'body.reason' }] });
    expect((await decide(id, { decision: 'confirm' })).status).toBe(400);
    expect((await decide(ulid(), { decision: 'confirm', version: 1 })).status).toBe(404);
    const unstorable = { decision: 'confirm', note: 'with a \u0000 in it', version: 1 };
    const refused = await decide(id, unstorable);
    expect(await refused.json()).toMatchObject({ status: 400, code: 'request.invalid' });
    const same = await decide(id, { decision: 'reopen', version: 1 });
    expect(await same.json()).toMatchObject({ status: 409, code: 'violation.already-so' });
  });
});

describe('evidence', () => {
  it('serves the clip whole, in ranges, by HEAD, and 304 where cached', async () => {
    const event = await worker.confirm();
    const files = { video: testFile('video/mp4', 10_000), boxes: testFile('application/json') };
    for (const file of Object.values(files)) await worker.put(file);
    const clip = clipEvent(event, files);
    await worker.deliver(clip);
    const rendition = await worker.blur(clip, 10_000);
    await worker.blur(event);
    const path = `/api/v1/violations/${event.id}/clip`;
    const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

    const whole = await api.get(path, operator);
    expect(whole.status).toBe(200);
    expect(whole.headers.get('content-type')).toBe('video/mp4');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect((await bytes(whole)).equals(rendition.bytes)).toBe(true);

    for (const [range, first, last] of [
      ['bytes=0-99', 0, 99],
      ['bytes=9000-', 9_000, 9_999],
      ['bytes=-100', 9_900, 9_999],
      ['bytes=9990-20000', 9_990, 9_999],
    ] as const) {
      const part = await api.get(path, { ...operator, range });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes ${first}-${last}/10000`);
      expect((await bytes(part)).equals(rendition.bytes.subarray(first, last + 1))).toBe(true);
    }
    const outside = await api.get(path, { ...operator, range: 'bytes=10000-' });
    expect(outside.status).toBe(416);
    expect(outside.headers.get('content-range')).toBe('bytes */10000');

    const head = await fetch(`${api.url}${path}`, { method: 'HEAD', headers: operator });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('10000');
    const etag = head.headers.get('etag') ?? '';
    expect((await api.get(path, { ...operator, 'if-none-match': etag })).status).toBe(304);
    const stale = await api.get(path, { ...operator, range: 'bytes=0-9', 'if-range': '"old"' });
    expect(stale.status).toBe(200);
    expect((await api.get(path)).status).toBe(401);

    const boxes = await api.get(`/api/v1/violations/${event.id}/boxes`, operator);
    expect(boxes.headers.get('content-type')).toBe('application/json');
    const snapshot = await api.get(`/api/v1/violations/${event.id}/snapshot`, operator);
    expect(snapshot.headers.get('content-type')).toBe('image/jpeg');
  });
});

describe('the list', () => {
  const ROWS = 10_000;

  beforeAll(async () => {
    const admin = new pg.Client({ connectionString: superUrl });
    await admin.connect();
    const sample = await worker.confirm();
    // Ten violations per instant, so that pages end among equal time stamps.
    const columns = await admin.query(
      "SELECT string_agg(quote_ident(column_name), ', ') AS list FROM information_schema.columns WHERE table_name = 'violation' AND column_name NOT IN ('id', 'started_at', 'confirmed_at', 'camera', 'status', 'reviewed_by', 'reviewed_by_name', 'reviewed_at', 'review_reason')",
    );
    const list = columns.rows[0].list;
    await admin.query(
      `INSERT INTO violation (id, started_at, confirmed_at, camera, status, reviewed_by, reviewed_by_name, reviewed_at, review_reason, ${list})
       SELECT '01' || lpad(i::text, 24, '0'), timestamptz '2026-01-01' + (i / 10) * interval '1 minute',
              timestamptz '2026-01-01 00:00:02' + (i / 10) * interval '1 minute',
              CASE WHEN i % 4 = 0 THEN 'many-0' ELSE 'many-1' END,
              CASE WHEN i % 5 = 0 THEN 'dismissed' ELSE 'pending' END,
              CASE WHEN i % 5 = 0 THEN 'someone' END,
              CASE WHEN i % 5 = 0 THEN '{"zh": "某人", "en": "Someone"}'::jsonb END,
              CASE WHEN i % 5 = 0 THEN now() END, CASE WHEN i % 5 = 0 THEN 'other' END, ${list}
       FROM violation, generate_series(0, ${ROWS - 1}) AS i WHERE violation.id = $1`,
      [sample.id],
    );
    await admin.query('ANALYZE violation');
    await admin.end();
  });

  it.each(['newest', 'oldest'])('paginates over every row once, %s first', async (order) => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await list(
        `limit=200&order=${order}&camera=many-0,many-1${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? '';
    } while (cursor);
    expect(new Set(seen).size).toBe(ROWS);
    expect(seen).toHaveLength(ROWS);
    expect(seen).toEqual([...seen].sort((a, b) => (a < b === (order === 'oldest') ? -1 : 1)));
  });

  it('keeps its position while new violations are added', async () => {
    const first = await list('limit=3&camera=hall-west');
    await worker.confirm({ startedAt: yesterdayAt('23:00:00') });
    const second = await list(`limit=3&camera=hall-west&cursor=${first.next}`);
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
  });

  it('filters by status, rule, camera and time, and counts pending ones', async () => {
    const page = await list(
      'status=dismissed&camera=many-0&rule=missing-ppe/helmet&from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z&limit=200',
    );
    // Of the 600 rows of the first hour, every 20th is both on many-0 and dismissed.
    expect(page.items).toHaveLength(30);
    expect(page.counts?.pending).toBeGreaterThanOrEqual(ROWS * 0.8);
    expect((await list('rule=zone-intrusion')).items).toEqual([]);
  });

  it('refuses an invalid cursor or one of the other order', async () => {
    const { next } = await list('limit=1&order=newest');
    for (const query of ['cursor=nonsense', `order=oldest&cursor=${next}`]) {
      const answer = await api.get(`/api/v1/violations?${query}`, operator);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'request.cursor' });
    }
  });

  it('reads only the page’s rows of 10,000, in index order', async () => {
    const middle = (await list('limit=200&camera=many-1')).next;
    for (const query of [
      'limit=50',
      'limit=50&status=pending',
      `limit=50&camera=many-1&cursor=${middle}`,
    ]) {
      const plan = await planOf(() => list(query));
      // The cost of a page does not grow with the table: no sort, and no discarded rows.
      expect(plan, query).toMatch(/Index Scan using violation_/);
      expect(plan, query).not.toMatch(/Sort|Seq Scan/);
      expect(Number(/Index Scan.*actual rows=(\d+)/.exec(plan)?.[1]), query).toBeLessThanOrEqual(
        51,
      );
      expect(plan, query).not.toMatch(/Removed by Filter: [1-9]\d{2}/);
    }
  });

  /** The plan of the API's page query, repeated with the same values. */
  async function planOf(read: () => Promise<unknown>): Promise<string> {
    const spy = vi.spyOn(pg.Client.prototype, 'query');
    await read();
    const sent = spy.mock.calls.map(([one]) => one as unknown as pg.QueryConfig);
    spy.mockRestore();
    const page = sent.find(({ text }) =>
      /^SELECT .*"violation".* ORDER BY .* LIMIT/s.test(text ?? ''),
    );
    if (!page) throw new Error('no page was read');
    const admin = new pg.Client({ connectionString: superUrl });
    await admin.connect();
    try {
      await admin.query("BEGIN; SET LOCAL ROLE anshi_app; SET LOCAL app.tenant = 'demo'");
      const { rows } = await admin.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ${page.text}`,
        page.values,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    } finally {
      await admin.end();
    }
  }
});
