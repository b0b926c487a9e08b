import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IncidentSite, openIncidentSite } from '../../testing/incidents.ts';
import { listenLive } from '../../testing/listen-live.ts';
import { until } from '../../testing/site.ts';
import { type IncidentNote, MOST_NOTES } from './schema.ts';

let world: IncidentSite;
let incident: string;
type Refused = { code: string };
type List = { items: IncidentNote[]; most: number };

beforeAll(async () => {
  world = await openIncidentSite();
  const { data } = await world.see(world.west, world.hour(), 'one');
  incident = (await world.incidentOf(data.violation)).id;
});
afterAll(() => world?.stop());

let keys = 0;
const write = (text: string, user = 'operator', key = `a note of a test ${keys++}`) =>
  world.api.send<IncidentNote & Refused>(user, 'POST', `/incidents/${incident}/notes`, {
    key,
    text,
  });
const correct = (id: string, text: string, { user = 'operator', version = 1 } = {}) =>
  world.api.send<IncidentNote & Refused & { current?: IncidentNote }>(
    user,
    'PATCH',
    `/incident-notes/${id}`,
    { version, text },
  );
const list = async (user: string) =>
  (await world.api.send<List>(user, 'GET', `/incidents/${incident}/notes`)).body;

describe('notes on an incident', () => {
  it('are seen by others at once, with author and time, and told without their text', async () => {
    const heard = await listenLive(world.api, 'safety', ['incidents']);
    const made = await write('已通知班长，现场停机');
    expect(made.status).toBe(201);
    await until(
      () => heard.heard.some((one) => one.type === 'incident-note' && one.incident === incident),
      'the browser of another person hears of it',
    );
    expect(heard.knows('班长')).toBe(false);
    const { items } = await list('safety');
    expect(items).toMatchObject([
      { text: '已通知班长，现场停机', by: { name: { en: 'Li Zhiban' } }, mayCorrect: false },
    ]);
    expect(Date.now() - Date.parse(items[0]?.at ?? '')).toBeLessThan(60_000);
    heard.close();
  });

  it('are not told of to accounts that do not see the incident', async () => {
    // A worker sees what was confirmed of the worker alone.
    const others = await listenLive(world.api, 'worker.press', ['incidents']);
    const mine = await listenLive(world.api, 'safety', ['incidents']);
    const before = mine.heard.length;
    await write('a word for those who see it');
    await until(
      () => mine.heard.slice(before).some((one) => one.type === 'incident-note'),
      'those who see it hear of it',
    );
    // Messages are pushed one after another: what comes after it comes after what would have come.
    const next = mine.heard.length;
    await write('and another one');
    await until(
      () => mine.heard.slice(next).some((one) => one.type === 'incident-note'),
      'of the next one, too',
    );
    expect(others.knows(incident)).toBe(false);
    others.close();
    mine.close();
  });

  it('of several people stand together; sent again after a lost answer, a note is the same', async () => {
    const [first, again] = await Promise.all([
      write('safety is on the way', 'safety', 'sent twice at once'),
      write('safety is on the way', 'safety', 'sent twice at once'),
    ]);
    expect(again.body.id).toBe(first.body.id);
    await write('the guard is closed again', 'safety.head');
    const { items } = await list('operator');
    expect(items.slice(-2).map(({ by }) => by.name?.en)).toEqual(['Wang Anquan', 'Head of safety']);
    expect(items.map(({ id }) => id)).toEqual([...items.map(({ id }) => id)].sort());
  });

  it('are corrected by their author alone; the audit log keeps what stood there', async () => {
    const { body: note } = await write('the belt of line 2');
    const other = await correct(note.id, 'not mine', { user: 'safety' });
    expect([other.status, other.body.code]).toEqual([403, 'incident-note.not-own']);
    const fixed = await correct(note.id, 'the belt of line 3');
    expect(fixed.body).toMatchObject({ text: 'the belt of line 3', version: 2 });
    expect(fixed.body.correctedAt).not.toBeNull();
    // In another tab it stands as it was.
    const late = await correct(note.id, 'the belt of line 4');
    expect([late.status, late.body.code]).toEqual([409, 'incident-note.version-conflict']);
    expect(late.body.current?.text).toBe('the belt of line 3');
    const { body } = await world.api.send<{ items: { action: string; before: unknown }[] }>(
      'auditor',
      'GET',
      `/audit?entity=incident-note&entityId=${note.id}`,
    );
    expect(body.items.find(({ action }) => action === 'update')).toMatchObject({
      before: { text: 'the belt of line 2' },
      after: { text: 'the belt of line 3' },
    });
  });

  it('have limits: length, number, and who may write and read', async () => {
    expect((await write('')).status).toBe(400);
    expect((await write('x'.repeat(1_001))).status).toBe(400);
    expect((await write('a manager reads', 'manager')).status).toBe(403);
    expect((await list('manager')).items.length).toBeGreaterThan(0);
    expect((await world.api.send('maintainer', 'GET', `/incidents/${incident}/notes`)).status).toBe(
      403,
    );
    const { items } = await list('operator');
    const owner = new pg.Client({ connectionString: world.superUrl });
    await owner.connect();
    await owner.query(
      `INSERT INTO incident_note (tenant_id, id, incident_id, key, text, by_user)
       SELECT tenant_id, lpad(n::text, 26, '0'), incident_id, 'filled ' || n, text, by_user
       FROM incident_note, generate_series(1, $2::int) n WHERE id = $1`,
      [items[0]?.id, MOST_NOTES - items.length],
    );
    await owner.end();
    const more = await write('one more');
    expect([more.status, more.body.code]).toEqual([409, 'incident-note.too-many']);
  });
});
