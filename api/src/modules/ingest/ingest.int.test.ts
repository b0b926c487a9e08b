import type { ViolationConfirmed } from '@anshi/contracts';
import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockWaits } from '../../testing/lock-waits.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { yesterdayAt } from '../../testing/times.ts';
import {
  clipEvent,
  confirmedEvent,
  endedEvent,
  startWorker,
  type TestWorker,
  testFile,
} from '../../testing/worker.ts';
import type { Violation } from '../violations/schema.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let user: { authorization: string };
let admin: pg.Client;

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  worker = await startWorker(site, api);
  user = await api.signIn();
  admin = new pg.Client({ connectionString: urls.superUrl });
  admin.on('error', () => {});
  await admin.connect();
});
afterAll(async () => {
  await admin?.end().catch(() => {});
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

/** The rows of one violation, read as the owner of the tables and so past the API. */
async function rowsOf(id: string): Promise<number> {
  const found = await admin.query('SELECT count(*)::int AS n FROM violation WHERE id = $1', [id]);
  return found.rows[0].n;
}
/** How many events of a type had this result so far. */
async function counted(type: string, result: string): Promise<number> {
  const text = await (await api.get('/metrics')).text();
  const line = `anshi_ingest_events_total{type="${type}",result="${result}"} `;
  return Number(
    text
      .split('\n')
      .find((at) => at.startsWith(line))
      ?.slice(line.length) ?? 0,
  );
}
/** Publishes an event and waits until the API put it off. */
async function publishInVain(type: string, event: { id: string }): Promise<void> {
  const before = await counted(type, 'waiting');
  await worker.publish(event);
  await until(async () => (await counted(type, 'waiting')) > before, `${event.id} has to wait`);
  expect(worker.acknowledgements(event.id)).toEqual([]);
}
async function read(id: string): Promise<Violation> {
  return (await (await api.get(`/api/v1/violations/${id}`, user)).json()) as Violation;
}

describe('a violation event', () => {
  it('is one row however often it comes, and is acknowledged each time', async () => {
    const event = await worker.confirm();
    await worker.deliver(event);
    await worker.deliver(event);
    expect(worker.acknowledgements(event.id).map(({ result }) => result)).toEqual([
      'committed',
      'committed',
      'committed',
    ]);
    expect(await rowsOf(event.id)).toBe(1);
  });

  it('of version 1, from the outbox of an older worker, is the same record as of version 2', async () => {
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    const { data, ...envelope } = confirmedEvent('worker-1', snapshot, {});
    const { item, subject, actor, tracks, path, arming, identity, ...common } = data;
    const machine = { machine: 'robot-1', state: 'running', at: data.startedAt };
    const old = {
      ...envelope,
      type: 'cn.anshi.violation.confirmed.v1',
      data: { ...common, rule: 'missing-vest', track: 't-9', machine },
    };
    expect(await worker.deliver(old)).toMatchObject({ result: 'committed' });
    expect(await read(old.id)).toMatchObject({
      rule: 'missing-ppe',
      item: 'vest',
      subject: 'person',
      actor: null,
      tracks: ['t-9'],
      box: data.box,
      path: [],
      arming: { by: 'machine', machine },
      identity: null,
    });
    // The worker upgrades before it hears the acknowledgement: the same event again, in version 2.
    await worker.deliver(Object.assign({ ...envelope }, { data: { ...data, item: 'vest' } }));
    expect(await rowsOf(old.id)).toBe(1);
  });

  it('is rejected where rule and item, or subject and actor, contradict each other', async () => {
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    for (const [changes, reason] of [
      [{ item: null }, 'must be given for missing-ppe'],
      [{ rule: 'running', item: 'helmet' }, 'be null for other rules'],
      [{ subject: 'zone' }, 'must be null where the subject is not a person'],
    ] as const) {
      const event = confirmedEvent('worker-1', snapshot, changes);
      expect(await worker.deliver(event)).toMatchObject({
        result: 'rejected',
        reason: expect.stringContaining(reason),
      });
      expect(await rowsOf(event.id)).toBe(0);
    }
  });

  it('is one row when two API processes take it at the same moment', async () => {
    const second = await startApi(site, api.settings.databaseUrl);
    try {
      const events = await Promise.all(Array.from({ length: 20 }, () => worker.confirm()));
      for (const { id } of events) {
        await until(() => worker.acknowledgements(id).length >= 2, 'both processes answered');
        expect(await rowsOf(id)).toBe(1);
      }
    } finally {
      await second.stop();
    }
  });

  it('is acknowledged only when its row is committed', async () => {
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    const event = confirmedEvent(worker.name, snapshot);
    // Holds the commit back: the insert waits for this lock.
    const blocker = new pg.Client({ connectionString: adminUrlOf() });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE violation IN SHARE ROW EXCLUSIVE MODE');
    await worker.publish(event);
    const waits = () => admin.query(lockWaits());
    await until(async () => (await waits()).rowCount, 'the insert waits for the lock');
    expect(worker.acknowledgements(event.id)).toEqual([]);
    await blocker.query('COMMIT');
    await blocker.end();
    await until(() => worker.acknowledgements(event.id)[0], 'acknowledged after the commit');
    expect(await rowsOf(event.id)).toBe(1);
  });

  it('waits for its evidence: no word until the snapshot is stored', async () => {
    const snapshot = testFile('image/jpeg');
    const event = confirmedEvent(worker.name, snapshot);
    await publishInVain('confirmed', event);
    expect(await rowsOf(event.id)).toBe(0);
    expect((await worker.put(snapshot)).status).toBe(201);
    expect(await worker.deliver(event)).toMatchObject({ result: 'committed' });
  });

  it('is rejected with the reason when it can never be taken', async () => {
    const event = confirmedEvent(worker.name, testFile('image/jpeg'));
    const broken = { ...event, data: { ...event.data, confidence: 7 } };
    const word = await worker.deliver(broken);
    expect(word).toMatchObject({ result: 'rejected', id: event.id });
    expect(word.reason).toContain('confidence');

    const foreign = { ...event, id: ulid(), source: '/vision/someone-else' };
    expect(await worker.deliver(foreign)).toMatchObject({ result: 'rejected' });
  });

  it('[SEC-02] is rejected where one of its times is decades ahead or years ago', async () => {
    const old = '2019-01-01T00:00:00.000Z';
    const ahead = '2099-01-01T00:00:00.000Z';
    const wrong = [
      ...[{ startedAt: old }, { confirmedAt: ahead }].map((data) =>
        confirmedEvent(worker.name, testFile('image/jpeg'), data),
      ),
      { ...confirmedEvent(worker.name, testFile('image/jpeg')), time: ahead },
    ];
    for (const event of wrong) {
      const word = await worker.deliver(event);
      expect(word).toMatchObject({
        result: 'rejected',
        reason: expect.stringContaining('cannot be'),
      });
      expect(await rowsOf(event.id)).toBe(0);
    }
    const known = await worker.confirm();
    expect(await worker.deliver(endedEvent(known, ahead))).toMatchObject({ result: 'rejected' });
  });

  it('waits with its worker while it is ahead of the clock of the API, and is not re-dated', async () => {
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    // As where our own clock was set back, or that of the worker is ahead: by more than is allowed.
    const confirmedAt = new Date(Date.now() + 6_500).toISOString();
    const event = confirmedEvent(worker.name, snapshot, { confirmedAt });
    await publishInVain('confirmed', event);
    expect(await rowsOf(event.id)).toBe(0);
    await until(async () => {
      await worker.publish(event);
      return worker.acknowledgements(event.id)[0];
    }, 'its time has come');
    expect(worker.acknowledgements(event.id)[0]).toMatchObject({ result: 'committed' });
    expect((await read(event.id)).confirmedAt).toBe(confirmedAt);
  });

  it('is recorded without a picture where the worker had no room, and never without a reason', async () => {
    const event = confirmedEvent(worker.name, testFile('image/jpeg'));
    const data = { ...event.data, snapshot: null };
    const bare = { ...event, data };
    expect((await worker.deliver(bare)).reason).toContain('nor the reason');
    const why = { reason: 'disk-full' as const, message: 'no evidence: no room' };
    const told = { ...event, data: { ...data, snapshotMissing: why } };
    expect((await worker.deliver(told)).result).toBe('committed');
    const shown = await api.get(`/api/v1/violations/${event.id}`, user);
    expect(await shown.json()).toMatchObject({ snapshot: null, snapshotMissing: why });
    const picture = await api.get(`/api/v1/violations/${event.id}/snapshot`, user);
    expect(picture.status).toBe(404);
    expect(await picture.json()).toMatchObject({ detail: why.message });
  });

  it('is rejected when no table can hold its values', async () => {
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    for (const changes of [
      { tracks: ['with a \u0000 in it'] },
      { model: { name: 'x', version: 'v'.repeat(65) } },
    ]) {
      const word = await worker.deliver(confirmedEvent(worker.name, snapshot, changes));
      expect(word.result).toBe('rejected');
      if ('track' in changes) expect(word.reason).toContain('U+0000');
    }
    const vast = confirmedEvent(worker.name, snapshot);
    vast.data.snapshot!.width = 2 ** 40;
    expect((await worker.deliver(vast)).result).toBe('rejected');
  });

  it('is rejected when its evidence is of another kind', async () => {
    const clip = testFile('video/mp4');
    await worker.put(clip);
    const asPicture = confirmedEvent(worker.name, { ...clip, mediaType: 'image/jpeg' });
    const word = await worker.deliver(asPicture);
    expect(word).toMatchObject({ result: 'rejected' });
    expect(word.reason).toContain('stored as video/mp4');
    expect(await rowsOf(asPicture.id)).toBe(0);
  });

  it('is taken around the lease of its worker, waits around a change, and is rejected where another held the camera', async () => {
    const camera = 'gate-7';
    const minute = (at: number) => new Date(Date.parse('2026-11-25T10:00:00.000Z') + at * 60_000);
    const leases = [
      { worker: worker.name, from: 0, to: 10 },
      // Cut off for a moment: another worker took the camera.
      { worker: 'worker-2', from: 12, to: 20 },
    ];
    for (const { worker: holder, from, to } of leases) {
      await admin.query(
        `INSERT INTO camera_lease (tenant_id, id, camera, worker, held_from, renewed_at, ended_at)
         VALUES ('demo', $1, $2, $3, $4, $5, $5)`,
        [ulid(), camera, holder, minute(from), minute(to)],
      );
    }
    const seen = async (at: number) => {
      const snapshot = testFile('image/jpeg');
      await worker.put(snapshot);
      const confirmedAt = minute(at).toISOString();
      return confirmedEvent(worker.name, snapshot, { camera, confirmedAt });
    };
    expect(await worker.deliver(await seen(10.7))).toMatchObject({ result: 'committed' });
    await publishInVain('confirmed', await seen(12.5));
    await publishInVain('confirmed', await seen(19.5));
    const word = await worker.deliver(await seen(15));
    expect(word).toMatchObject({ result: 'rejected' });
    expect(word.reason).toContain('held by the worker worker-2');
  });

  it('leaves the API alive when it is no JSON at all', async () => {
    await worker.client.publishAsync('anshi/v1/demo/events/violation/worker-1', '{half', {
      qos: 1,
    });
    await worker.client.publishAsync('anshi/v1/demo/events/violation/worker-1', '[]', { qos: 1 });
    await worker.confirm();
  });
});

describe('what follows a violation', () => {
  it('takes a clip and an end that come before the violation only after it', async () => {
    const snapshot = testFile('image/jpeg');
    const files = { video: testFile('video/mp4'), boxes: testFile('application/json') };
    for (const file of [snapshot, files.video, files.boxes]) await worker.put(file);
    const event = confirmedEvent(worker.name, snapshot);
    const clip = clipEvent(event, files);
    const ended = endedEvent(event, yesterdayAt('09:00:30'));
    await publishInVain('clip-ready', clip);
    await publishInVain('ended', ended);
    await worker.deliver(event);
    expect(await read(event.id)).toMatchObject({ clip: null, clipMissing: null, endedAt: null });

    expect(await worker.deliver(clip)).toMatchObject({ result: 'committed' });
    expect(await worker.deliver(ended)).toMatchObject({ result: 'committed' });
    expect(await read(event.id)).toMatchObject({
      clip: {
        url: `/api/v1/violations/${event.id}/clip`,
        boxesUrl: `/api/v1/violations/${event.id}/boxes`,
        durationSeconds: 15,
        partial: false,
      },
      clipMissing: null,
      endedAt: yesterdayAt('09:00:30'),
    });
  });

  it('waits for the clip file before it takes the clip', async () => {
    const event = await worker.confirm();
    const files = { video: testFile('video/mp4'), boxes: testFile('application/json') };
    await worker.put(files.boxes);
    const clip = clipEvent(event, files);
    await publishInVain('clip-ready', clip);
    await worker.put(files.video);
    expect(await worker.deliver(clip)).toMatchObject({ result: 'committed' });
  });

  it('is rejected where another worker recorded the violation', async () => {
    const event = await worker.confirm();
    const other = await startWorker(site, api, 'worker-2');
    try {
      const foreign = { ...event, source: '/vision/worker-2' };
      const missing = clipEvent(foreign, { missing: 'not mine' });
      expect(await other.deliver(missing)).toMatchObject({ result: 'rejected' });
      const ended = endedEvent(foreign, yesterdayAt('09:00:30'));
      expect((await other.deliver(ended)).reason).toContain('recorded by /vision/worker-1');
      expect(await read(event.id)).toMatchObject({ clipMissing: null, endedAt: null });
    } finally {
      await other.stop();
    }
  });

  it('shows a clip that never comes as missing, with the reason', async () => {
    const event = await worker.confirm();
    await worker.deliver(clipEvent(event, { missing: 'the camera was lost 2 s after' }));
    expect(await read(event.id)).toMatchObject({
      clip: null,
      clipMissing: { reason: 'camera-lost', message: 'the camera was lost 2 s after' },
    });
    const answer = await api.get(`/api/v1/violations/${event.id}/clip`, user);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ detail: 'the camera was lost 2 s after' });
  });
});

describe('faults', () => {
  it('loses nothing over a restart of the database in the middle of ingest', async () => {
    const events: ViolationConfirmed[] = [];
    for (let i = 0; i < 30; i++) {
      const snapshot = testFile('image/jpeg');
      await worker.put(snapshot);
      events.push(confirmedEvent(worker.name, snapshot));
    }
    const sendAll = async () => {
      for (const event of events) {
        if (worker.acknowledgements(event.id).length === 0) await worker.publish(event);
      }
    };
    for (const event of events.slice(0, 10)) await worker.publish(event);
    await site.restartDatabase(async () => {
      await sendAll();
      const health = await api.get('/api/health');
      expect(health.status).toBe(503);
      expect(await health.json()).toMatchObject({ database: 'unreachable', bus: 'ok' });
      const list = await api.get('/api/v1/violations', user);
      expect(list.status).toBe(503);
      expect(await list.json()).toMatchObject({ code: 'database.unavailable' });
    });
    await until(async () => (await api.get('/api/health')).status === 200, 'healthy again');
    await until(async () => {
      await sendAll();
      await new Promise((resolve) => setTimeout(resolve, 200));
      return events.every((event) => worker.acknowledgements(event.id).length > 0);
    }, 'all are acknowledged');
    admin = new pg.Client({ connectionString: adminUrlOf() });
    await admin.connect();
    for (const event of events) expect(await rowsOf(event.id)).toBe(1);
  });

  it('continues after a restart of the broker', async () => {
    await site.restartBroker(async () => {
      const health = await until(async () => {
        const answer = await api.get('/api/health');
        return answer.status === 503 ? answer : null;
      }, 'the API sees that the broker is gone');
      expect(await health.json()).toMatchObject({ database: 'ok', bus: 'unreachable' });
    });
    await until(async () => (await api.get('/api/health')).status === 200, 'healthy again');
    const snapshot = testFile('image/jpeg');
    await worker.put(snapshot);
    const event = confirmedEvent(worker.name, snapshot);
    await until(async () => {
      await worker.publish(event);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return worker.acknowledgements(event.id).length > 0;
    }, 'acknowledged after the restart');
    expect(await rowsOf(event.id)).toBe(1);
  });
});

function adminUrlOf(): string {
  const { pathname } = new URL(api.settings.databaseUrl);
  return Object.assign(new URL(site.server.superUrl), { pathname }).href;
}
