import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker } from '../../testing/worker.ts';
import type { Handover, HandoverDetail, ShiftLog } from './schema.ts';

let site: Site;
let superUrl: string;
let api: RunningApi;
let database: Database;
const SITE = 'plant-1';

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  const { appUrl } = urls;
  superUrl = urls.superUrl;
  api = await startApi(site, appUrl);
  database = openDatabase(appUrl);
  await makeUser(database, 'relief', ['shift-log:read@all', 'shift-log:write@all']);
  await makeUser(database, 'logger', ['shift-log:read@all']);
  await makeUser(
    database,
    'press',
    ['violation:read@department', 'shift-log:read@all', 'shift-log:write@all'],
    { employeeNo: 'E005' },
  );
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

type Refused = { code: string };
const send = <Body = Handover & Refused>(
  user: string,
  method: string,
  path: string,
  body?: object,
) => api.send<Body>(user, method, path, body);
const log = async (user = 'operator') =>
  (await send<ShiftLog>(user, 'GET', `/shift-log?site=${SITE}`)).body;
const note = (text: string, user = 'operator') =>
  send<{ id: string } & Refused>(user, 'POST', '/shift-log/notes', { site: SITE, text });
const give = (user = 'operator', body: object = {}) =>
  send(user, 'POST', '/shift-handovers', { site: SITE, note: '二号线停机检修', ...body });
const accept = (id: string, user: string, body: object = { note: '已知悉' }) =>
  send(user, 'POST', `/shift-handovers/${id}/acceptance`, body);
const withdraw = (id: string, user: string) =>
  send(user, 'POST', `/shift-handovers/${id}/withdrawal`);

describe('the shift log', () => {
  it('holds notes, open and acknowledged alarms and snoozes, and the next shift accepts it', async () => {
    const worker = await startWorker(site, api);
    const now = () => new Date().toISOString();
    const alarm = async (actor: string) => {
      const { data } = await worker.confirm({
        severity: 'high',
        startedAt: now(),
        confirmedAt: now(),
        actor,
        tracks: [actor],
      });
      const { body } = await send<{ items: { id: string }[] }>(
        'operator',
        'GET',
        `/incidents?finding=${data.violation}`,
      );
      return body.items[0]?.id as string;
    };
    const [done, left, ended] = [await alarm('one'), await alarm('two'), await alarm('three')];
    // Its day was over during the shift.
    const owner = new pg.Client({ connectionString: superUrl });
    await owner.connect();
    const aged = "UPDATE incident SET started_at = now() - interval '30 hours' WHERE id = $1";
    await owner.query(aged, [ended]);
    await owner.end();
    await send('operator', 'POST', '/desk-alarms/acknowledgements', {
      alarms: [{ incident: done, severity: 'high' }],
    });
    const rest = await send<{ id: string }>('operator', 'POST', '/snoozes', {
      camera: 'hall-west',
      untilAt: new Date(Date.now() + 3_600_000).toISOString(),
      reason: '清洁镜头',
    });
    const written = await note('叉车 2 号漏油，已通知维修');
    expect(written.status).toBe(201);

    const before = await log();
    const idsOf = (alarms: ShiftLog['open']) => alarms.map(({ incident }) => incident.id);
    expect(idsOf(before.open)).toContain(left);
    expect(idsOf(before.open)).not.toContain(done);
    expect(idsOf(before.open)).not.toContain(ended);
    expect(idsOf(before.ended)).toEqual([ended]);
    expect(idsOf(before.acknowledged)).toEqual([done]);
    expect(before.acknowledged[0]?.acknowledged?.by.name).toMatchObject({ en: 'Li Zhiban' });
    expect(before.snoozes).toMatchObject([{ id: rest.body.id, reason: '清洁镜头' }]);
    expect(before.notes).toMatchObject([{ text: '叉车 2 号漏油，已通知维修' }]);
    expect(before).toMatchObject({ since: null, waiting: null });

    const given = await give();
    expect(given.status).toBe(201);
    expect(given.body).toMatchObject({
      site: SITE,
      state: 'waiting',
      from: null,
      note: '二号线停机检修',
      stood: { open: before.counts.open, acknowledged: 1, ended: 1, snoozed: 1 },
      mayAccept: false,
      mayWithdraw: true,
    });
    // A new log begins; what is open goes on.
    const running = await log('safety');
    expect(running.notes).toEqual([]);
    expect(idsOf(running.acknowledged)).toEqual([]);
    expect(idsOf(running.open)).toContain(left);
    expect(running.ended).toEqual([]);
    expect(running.waiting).toMatchObject({ id: given.body.id, mayAccept: true });

    const notices = await until(async () => {
      const { body } = await send<{ items: { kind: string; link: string }[] }>(
        'safety',
        'GET',
        '/notices?limit=200',
      );
      const found = body.items.filter(({ kind }) => kind === 'shift-log.handed-over');
      return found.length > 0 ? found : null;
    }, 'the notice to the next shift');
    expect(notices[0]?.link).toBe(`/shift-log/${given.body.id}`);

    const { id } = given.body;
    const accepted = await accept(id, 'safety');
    expect(accepted.body).toMatchObject({
      state: 'accepted',
      accepted: { note: '已知悉' },
      mayAccept: false,
    });
    const { body: detail } = await send<HandoverDetail>(
      'safety.head',
      'GET',
      `/shift-handovers/${id}`,
    );
    expect(detail.notes).toHaveLength(1);
    expect(detail.snoozes).toHaveLength(1);
    expect(idsOf(detail.open)).toContain(left);
    expect(idsOf(detail.acknowledged)).toEqual([done]);
    expect(idsOf(detail.ended)).toEqual([ended]);
    expect((await log()).since).toBe(given.body.given.at);
    await worker.stop();
  });

  it('is not accepted by the person who gave it, nor twice, nor beside another one', async () => {
    const { id } = (await give()).body;
    const code = async (answer: ReturnType<typeof give>) => {
      const { status, body } = await answer;
      return [status, body.code];
    };
    expect(await code(accept(id, 'operator'))).toEqual([403, 'shift-log.own']);
    expect(await code(give('safety'))).toEqual([409, 'shift-log.waiting']);
    expect(await code(withdraw(id, 'safety'))).toEqual([403, 'shift-log.not-own']);
    expect((await log()).waiting).toMatchObject({ id, state: 'waiting', accepted: null });
    const both = await Promise.all([accept(id, 'safety'), accept(id, 'relief')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await code(withdraw(id, 'operator'))).toEqual([409, 'shift-log.not-waiting']);
  });

  it('given by two people at once is given once', async () => {
    const both = await Promise.all([give('operator'), give('safety')]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const id = both.find(({ status }) => status === 201)?.body.id as string;
    const giver = both[0]?.status === 201 ? 'operator' : 'safety';
    await note('留给这一班', giver);
    const taken = await withdraw(id, giver);
    expect(taken.body).toMatchObject({ state: 'withdrawn', mayAccept: false });
    expect((await log()).waiting).toBeNull();
  });

  it('keeps the notes of a handover that was taken back for the next one', async () => {
    const mine = (await note('未了事项')).body.id;
    const first = (await give()).body.id;
    expect((await log()).notes).toEqual([]);
    await withdraw(first, 'operator');
    expect((await log()).notes.map(({ id }) => id)).toContain(mine);
    const second = (await give()).body.id;
    const { body } = await send<HandoverDetail>('operator', 'GET', `/shift-handovers/${second}`);
    expect(body.notes.map(({ id }) => id)).toContain(mine);
    await accept(second, 'safety');
    const { items } = (
      await send<{ items: Handover[] }>('auditor', 'GET', `/shift-handovers?site=${SITE}&limit=2`)
    ).body;
    expect(items.map(({ id, state }) => [id, state])).toEqual([
      [second, 'accepted'],
      [first, 'withdrawn'],
    ]);
  });

  it('is closed to those who may not read or write it, and knows the site', async () => {
    const count = () =>
      database.transaction({ tenant: 'demo', user: null }, async (tx) => [
        await tx.shiftNote.count(),
        await tx.shiftHandover.count(),
      ]);
    const before = await count();
    expect((await send('buyer', 'GET', `/shift-log?site=${SITE}`)).status).toBe(403);
    expect((await note('x', 'auditor')).body.code).toBe('auth.forbidden');
    expect((await give('auditor')).status).toBe(403);
    const elsewhere = await send('operator', 'GET', '/shift-log?site=no-such-site');
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'shift-log.site-unknown']);
    expect((await give('operator', { site: 'no-such-site' })).status).toBe(404);
    expect((await note('  ')).status).toBe(400);
    expect((await note('x'.repeat(1_001))).status).toBe(400);
    expect(await count()).toEqual(before);
  });

  it('is not handed over by those who see a part of the site, and shows them no numbers of it', async () => {
    const refused = await give('press');
    expect([refused.status, refused.body.code]).toEqual([403, 'shift-log.partial']);
    expect((await give('relief')).body.code).toBe('shift-log.partial');
    const { id } = (await give()).body;
    const seenBy = async (user: string) =>
      (await send<HandoverDetail>(user, 'GET', `/shift-handovers/${id}`)).body.stood;
    expect(await seenBy('operator')).not.toBeNull();
    expect([await seenBy('press'), await seenBy('logger')]).toEqual([null, null]);
    expect((await accept(id, 'press')).body.state).toBe('accepted');
  });

  it('is not accepted by another account of the same person', async () => {
    const rights = ['violation:read@all', 'shift-log:read@all', 'shift-log:write@all'] as const;
    await makeUser(database, 'first', [...rights], { employeeNo: 'E010' });
    const { id } = (await give('first')).body;
    // A person has one open account: the first is closed before the second is opened.
    await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.appUser.updateMany({ where: { username: 'first' }, data: { active: false } }),
    );
    await makeUser(database, 'second', [...rights], { employeeNo: 'E010' });
    expect((await log('second')).waiting).toMatchObject({ id, mayAccept: false });
    expect((await accept(id, 'second')).body.code).toBe('shift-log.own');
    expect((await accept(id, 'safety')).status).toBe(200);
  });

  it('shows alarms and snoozes only as far as the reader sees them', async () => {
    const seen = await log('logger');
    expect([seen.open, seen.acknowledged, seen.snoozes]).toEqual([[], [], []]);
    expect(seen.counts).toEqual({ open: 0, acknowledged: 0, ended: 0, snoozed: 0 });
  });
});
