import { createHash } from 'node:crypto';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grant } from '../../platform/access/permissions.ts';
import { openDatabase, type Transaction } from '../../platform/db/database.ts';
import { type IncidentSite, openIncidentSite } from '../../testing/incidents.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { blurredEvent, type TestFile } from '../../testing/worker.ts';
import type { IncidentShare, SharedIncident } from './schema.ts';

let world: IncidentSite;
let incident: string;
let finding: string;
/** The picture of the finding with blurred faces. */
let picture: TestFile;
type Refused = { code: string };
const DAY_MS = 86_400_000;

beforeAll(async () => {
  world = await openIncidentSite();
  const event = await world.see(world.west, world.hour(), 'one');
  finding = event.data.violation;
  incident = (await world.incidentOf(finding)).id;
  const grey = { width: 640, height: 360, channels: 3 as const, background: '#808080' };
  const bytes = await sharp({ create: grey }).jpeg().toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  picture = { bytes, sha256, mediaType: 'image/jpeg' };
  await world.west.put(picture);
  if (!event.data.snapshot) throw new Error('the finding has no picture');
  await world.west.deliver(blurredEvent(event, event.data.snapshot, picture));
});
afterAll(() => world?.stop());

const send = <Body = IncidentShare & Refused>(
  user: string,
  method: string,
  path: string,
  body?: object,
) => world.api.send<Body>(user, method, path, body);
async function accountOf(username: string, by = 'safety'): Promise<string> {
  const path = `/incidents/${incident}/share-candidates?q=${username}`;
  const { body } = await send<{ items: { id: string; username: string }[] }>(by, 'GET', path);
  const found = body.items.find((one) => one.username === username);
  if (!found) throw new Error(`${username} is no candidate`);
  return found.id;
}
async function give(names: string[], untilMs = DAY_MS, user = 'safety') {
  const recipients = await Promise.all(names.map((name) => accountOf(name)));
  const untilAt = new Date(Date.now() + untilMs).toISOString();
  const body = { recipients, untilAt, reason: '请核对联锁' };
  return send(user, 'POST', `/incidents/${incident}/shares`, body);
}
const open = (user: string, code: string) =>
  send<SharedIncident & Refused>(user, 'GET', `/shared-incidents/${code}`);
const shareOf = async (id: string) =>
  (
    await send<{ items: IncidentShare[] }>('safety', 'GET', `/incidents/${incident}/shares`)
  ).body.items.find((one) => one.id === id);
/** Refusals in the audit log, newest first: `who why`. */
async function refusals(): Promise<string[]> {
  const path = '/audit?entity=incident-share&action=refuse-link';
  const { body } = await send<{ items: { user: { name: string }; after: { why: string } }[] }>(
    'auditor',
    'GET',
    path,
  );
  return body.items.map(({ user, after }) => `${user.name} ${after.why}`);
}

describe('a link to an incident', () => {
  it('is opened by the accounts that it names, without names of others; who looked is counted', async () => {
    const given = await give(['maintainer', 'manager']);
    expect(given.status).toBe(201);
    const { id, code } = given.body;
    // It is in the notices of the recipient, who sees no incidents otherwise.
    const { body: notices } = await send<{ items: { link: string }[] }>(
      'maintainer',
      'GET',
      '/notices?limit=50',
    );
    expect(notices.items.map(({ link }) => link)).toContain(`/shared/${code}`);
    expect((await send('maintainer', 'GET', `/incidents/${incident}`)).status).toBe(403);
    const seen = await open('maintainer', code);
    expect(seen.status).toBe(200);
    expect(seen.body).toMatchObject({
      viewer: { username: 'maintainer' },
      by: { name: { en: 'Wang Anquan' } },
      reason: '请核对联锁',
      findings: [{ id: finding, hasSnapshot: true, hasClip: false, camera: { en: 'Hall west' } }],
    });
    expect(JSON.stringify(seen.body)).not.toContain('person');
    // Loaded again within ten minutes it is the same visit.
    await open('maintainer', code);
    expect(await shareOf(id)).toMatchObject({ views: 1, isOpen: true });
    const lookedAt = async (minutesAgo: number) =>
      changeAsOwner(
        `UPDATE incident_share_recipient SET last_at = now() - interval '${minutesAgo} minutes'
         WHERE share_id = $1 AND views > 0`,
        id,
      );
    await lookedAt(9);
    await open('maintainer', code);
    expect(await shareOf(id)).toMatchObject({ views: 1 });
    await lookedAt(11);
    await open('maintainer', code);
    expect(await shareOf(id)).toMatchObject({ views: 2 });
    const recipients = (await shareOf(id))?.recipients ?? [];
    expect(recipients.map(({ account, views }) => `${account.name?.en} ${views}`).sort()).toEqual([
      'Chen Zong 0',
      'Wu Weixiu 2',
    ]);
  });

  it('draws the name of the viewer over the picture, another one for another viewer', async () => {
    const { code } = (await give(['maintainer', 'manager'])).body;
    const path = `/api/v1/shared-incidents/${code}/findings/${finding}/snapshot`;
    const pictures = await Promise.all(
      ['maintainer', 'manager'].map(async (user) => {
        const answer = await world.api.get(path, await world.api.signIn(user));
        expect(answer.status).toBe(200);
        expect(answer.headers.get('cache-control')).toContain('no-store');
        return Buffer.from(await answer.arrayBuffer());
      }),
    );
    for (const bytes of pictures) {
      const { width, height } = await sharp(bytes).metadata();
      expect([width, height]).toEqual([640, 360]);
      // In each quarter: no part that is cut out is without it.
      for (const [left, top] of [0, 320].flatMap((x) => [0, 180].map((y) => [x, y] as const))) {
        const quarter = await sharp(bytes)
          .extract({ left, top, width: 320, height: 180 })
          .toBuffer();
        expect((await sharp(quarter).stats()).channels[0]?.stdev).toBeGreaterThan(3);
      }
    }
    const [one, two] = await Promise.all(
      pictures.map((bytes) => sharp(bytes).greyscale().raw().toBuffer()),
    );
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(false);
    // Another finding than those of the incident is not given by it.
    const stranger = await world.see(world.upper, world.hour(), 'stranger');
    const other = path.replace(finding, stranger.data.violation);
    expect((await world.api.get(other, await world.api.signIn('manager'))).status).toBe(404);
  });

  it('that was passed on, guessed, ended or is over is refused, and each refusal is audited', async () => {
    const { id, code, version } = (await give(['maintainer'])).body;
    const before = (await refusals()).length;
    const passed = await open('manager', code);
    const guessed = await open('manager', 'a-code-that-was-guessed');
    expect([passed.status, passed.body.code]).toEqual([404, 'incident-share.unknown']);
    expect({ ...guessed.body, instance: null }).toEqual({ ...passed.body, instance: null });
    const picture = `/shared-incidents/${code}/findings/${finding}/snapshot`;
    expect((await send('manager', 'GET', picture)).status).toBe(404);
    // Also to the person who gave it: the link names others.
    expect((await open('safety', code)).status).toBe(404);
    await send('safety', 'POST', `/incident-shares/${id}/end`, { version });
    expect((await open('maintainer', code)).body.code).toBe('incident-share.over');
    expect((await send('maintainer', 'GET', picture)).status).toBe(410);
    const short = (await give(['maintainer'])).body;
    await endTimeOf(short.id);
    expect((await open('maintainer', short.code)).status).toBe(410);
    const all = await refusals();
    expect(all.slice(0, all.length - before).sort()).toEqual([
      'maintainer over',
      'maintainer over',
      'maintainer over',
      'manager other-account',
      'manager other-account',
      'manager unknown',
      'safety other-account',
    ]);
    expect((await shareOf(id))?.views).toBe(0);
  });

  it('is given by those who may, to accounts that can sign in, for 30 days at most', async () => {
    const codes = async (answer: ReturnType<typeof give>) => (await answer).body.code;
    expect(await codes(give(['maintainer'], 31 * DAY_MS))).toBe('incident-share.until');
    expect(await codes(give(['maintainer'], -1_000))).toBe('incident-share.until');
    expect((await give(['maintainer'], DAY_MS, 'operator')).status).toBe(403);
    const body = { untilAt: new Date(Date.now() + DAY_MS).toISOString(), reason: 'why' };
    const to = (recipients: string[]) =>
      send('safety', 'POST', `/incidents/${incident}/shares`, { ...body, recipients });
    expect((await to(['01JD0000000000000000000000'])).body.code).toBe('incident-share.recipient');
    const own = await accountOf('safety', 'safety.head');
    expect((await to([own])).body.code).toBe('incident-share.recipient');
  });

  it('serves nothing once the account that gave it has lost the right, or is gone', async () => {
    const database = openDatabase(world.api.settings.databaseUrl);
    const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
      database.transaction({ tenant: 'demo', user: null }, work);
    const mayGive: Grant[] = ['violation:read@all', 'incident-share:give@all'];
    const giver = await makeUser(database, 'leaver', mayGive);
    const permit = (permissions: Grant[]) =>
      inTenant((tx) => tx.role.updateMany({ where: { id: 'only-leaver' }, data: { permissions } }));
    const setActive = (active: boolean) =>
      inTenant((tx) => tx.appUser.updateMany({ where: { id: giver }, data: { active } }));
    const { id, code } = (await give(['buyer'], DAY_MS, 'leaver')).body;
    const files = ['snapshot', 'clip'].map(
      (which) => `/api/v1/shared-incidents/${code}/findings/${finding}/${which}`,
    );
    const buyer = await world.api.signIn('buyer');
    expect((await world.api.get(files[0] ?? '', buyer)).status).toBe(200);
    const opens = (status: number) =>
      until(async () => (await open('buyer', code)).status === status, `it answers ${status}`);
    for (const [why, lose] of [
      ['giver-without-right', () => permit(['violation:read@all'])],
      ['giver-without-right', () => permit(['incident-share:give@all'])],
      // It sees no longer all of the incident.
      [
        'giver-without-right',
        () => permit(['violation:read@department', 'incident-share:give@all']),
      ],
      ['giver-gone', () => setActive(false)],
    ] as const) {
      await lose();
      await opens(410);
      for (const path of files) {
        const answer = await world.api.get(path, buyer);
        expect([answer.status, answer.headers.get('content-type')]).toEqual([
          410,
          expect.stringContaining('application/problem+json'),
        ]);
        const body = await answer.text();
        expect(JSON.parse(body).code).toBe('incident-share.giver');
        expect(body).not.toContain('leaver');
      }
      expect((await refusals()).slice(0, 3)).toEqual(Array(3).fill(`buyer ${why}`));
      expect(await shareOf(id)).toMatchObject({ isOpen: false, isStopped: true });
      await setActive(true);
      await permit(mayGive);
      await opens(200);
    }
    expect(await shareOf(id)).toMatchObject({ isOpen: true, isStopped: false });
    await database.close();
  });

  it('cannot be searched for: after twenty refusals an account waits', async () => {
    for (let n = 0; n < 20; n++) await open('env', `guess-number-${n}`);
    expect((await open('env', 'guess-number-20')).status).toBe(429);
    // Another account is not held up.
    expect((await open('buyer', 'guess-number-20')).status).toBe(404);
  });
});

const endTimeOf = (id: string): Promise<void> =>
  changeAsOwner(
    "UPDATE incident_share SET until_at = now() - interval '1 second' WHERE id = $1",
    id,
  );

async function changeAsOwner(statement: string, id: string): Promise<void> {
  const owner = new pg.Client({ connectionString: world.superUrl });
  await owner.connect();
  await owner.query(statement, [id]);
  await owner.end();
}
