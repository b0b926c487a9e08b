import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { confirmedAs, handleOn } from '../../testing/named-people.ts';
import {
  FIRST_NOTE,
  openSecondReviews,
  type SecondReviewSite,
} from '../../testing/second-reviews.ts';
import { makeUser } from '../../testing/users.ts';

let site: SecondReviewSite;
beforeAll(async () => {
  site = await openSecondReviews();
});
afterAll(() => site?.stop());
beforeEach(async () => {
  await site.setShare(100);
});

const dismissal = { decision: 'dismiss', reason: 'duplicate', note: FIRST_NOTE };
const confirmation = { decision: 'confirm' };
const FORGET_LOOKS =
  'SET session_replication_role = replica; DELETE FROM second_review_seen; RESET session_replication_role';

type Worker = 'west' | 'east';
/** A decided incident with the second review that was drawn for it. */
async function drawn(by = 'operator', verdict: object = dismissal, worker: Worker = 'west') {
  const { id: incident } = await site.found(worker);
  await site.decide(by, incident, verdict);
  const [row] = await site.rowsOf(incident);
  expect(row).toBeDefined();
  return { incident, id: row.id as string };
}
const isOpenFor = async (user: string, id: string) =>
  (await site.open(user)).some((one) => one.id === id);

describe('the draw', () => {
  it('takes a verdict that is given singly, in bulk or on the finding, once', async () => {
    const [one, two, three] = [await site.found(), await site.found(), await site.found()];
    await site.decide('operator', one.id, dismissal);
    await site.send('operator', 'POST', '/incidents/verdicts', {
      decision: 'dismiss',
      reason: 'duplicate',
      incidents: [two].map(({ id, version }) => ({ id, version })),
    });
    const { version } = three.main;
    await site.send('operator', 'POST', `/violations/${three.main.id}/verdict`, {
      ...dismissal,
      version,
    });
    for (const { id } of [one, two, three]) {
      expect(await site.rowsOf(id)).toMatchObject([
        { first_status: 'dismissed', first_reason: 'duplicate', second_at: null },
      ]);
    }
    // The same request again is refused, and draws nothing.
    const again = await site.send('operator', 'POST', `/incidents/${one.id}/verdict`, {
      ...dismissal,
      version: (await site.incidentNow(one.id)).version,
    });
    expect(again.status).toBe(409);
    expect(await site.rowsOf(one.id)).toHaveLength(1);
  });

  it('takes none where the share is 0, and none of what no camera watched', async () => {
    await site.setShare(0);
    const { id } = await site.found();
    await site.decide('operator', id, dismissal);
    expect(await site.rowsOf(id)).toEqual([]);
    await site.setShare(100);
    const { id: unseen, main, version } = await site.found();
    await site.sql.query(
      "UPDATE violation SET rule = 'unqualified-operator', item = NULL, operator = '{}' WHERE id = $1",
      [main.id],
    );
    const { body } = await site.send<{ items: object[] }>(
      'operator',
      'POST',
      '/incidents/verdicts',
      {
        decision: 'dismiss',
        reason: 'duplicate',
        incidents: [{ id: unseen, version }],
      },
    );
    expect(body.items).toMatchObject([{ outcome: 'done' }]);
    expect(await site.rowsOf(unseen)).toEqual([]);
  });

  it('is told in no event, no line of the audit log and no answer to the first reviewer', async () => {
    const before = await site.sql.query('SELECT max(seq) AS seq FROM audit_log');
    const { incident, id } = await drawn();
    const { rows: lines } = await site.sql.query(
      "SELECT * FROM audit_log WHERE seq > $1 AND (entity = 'second-review' OR audit_log::text LIKE '%' || $2 || '%')",
      [before.rows[0].seq ?? 0, id],
    );
    expect(lines).toEqual([]);
    const { rows: events } = await site.sql.query(
      "SELECT 1 FROM outbox_event WHERE type LIKE 'cn.anshi.second%' OR outbox_event::text LIKE '%' || $1 || '%'",
      [id],
    );
    expect(events).toEqual([]);
    await site.setShare(0);
    const other = await site.found();
    await site.decide('operator', other.id, dismissal);
    const keysOf = async (of: string) => Object.keys(await site.incidentNow(of)).sort();
    expect(await keysOf(incident)).toEqual(await keysOf(other.id));
  });

  it('is undone with the verdict, and the next verdict is drawn again', async () => {
    const { incident, id } = await drawn();
    expect(await isOpenFor('safety', id)).toBe(true);
    await site.decide('operator', incident, { decision: 'reopen' });
    expect(await isOpenFor('safety', id)).toBe(false);
    expect((await site.judge('safety', id, confirmation)).body.code).toBe('second-review.over');
    await site.decide('operator', incident, confirmation);
    expect(await site.rowsOf(incident)).toMatchObject([
      { cancelled_at: expect.any(Date), second_at: null },
      { cancelled_at: null, first_status: 'confirmed' },
    ]);
  });
});

describe('what a second reviewer gets', () => {
  it('has the evidence, and no byte of the first verdict', async () => {
    const { id, incident } = await drawn();
    const row = (await site.rowsOf(incident))[0];
    const { rows } = await site.sql.query("SELECT id FROM app_user WHERE username = 'operator'");
    const paths = ['/second-reviews?limit=200', `/second-reviews/${id}`, '/second-review-counts'];
    const answers = await Promise.all(
      paths.map((path) => site.send<Record<string, unknown>>('safety', 'GET', path)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers[1]?.body).toMatchObject({
      id,
      findings: [{ camera: 'hall-west', snapshot: expect.anything() }],
    });
    const lease = await site.send('safety', 'PUT', `/second-reviews/${id}/lease`);
    const given = await site.judge('safety', id, { decision: 'confirm', note: 'seen' });
    expect(given.status).toBe(200);
    const bytes = JSON.stringify([...answers, lease, given].map(({ body }) => body));
    for (const secret of [
      FIRST_NOTE,
      'duplicate',
      'dismissed',
      'pending',
      'Li Zhiban',
      rows[0].id,
      '"incident"',
      (row.first_at as Date).toISOString().slice(0, 19),
      '"status":"dismissed"',
      '"verdict"',
      '"version"',
      '"identity"',
    ]) {
      expect(bytes).not.toContain(secret);
    }
  });

  it('is the same of a confirmed and of a dismissed incident', async () => {
    const one = await drawn('operator', confirmation);
    const other = await drawn('operator', dismissal);
    const shapeOf = async ({ id }: { id: string }) => {
      const { body } = await site.send<{ findings: object[] }>(
        'safety',
        'GET',
        `/second-reviews/${id}`,
      );
      return [
        Object.keys(body).sort(),
        body.findings.map((finding) => Object.keys(finding).sort()),
      ];
    };
    expect(await shapeOf(one)).toEqual(await shapeOf(other));
  });
});

describe('a second reviewer who was shown the first verdict', () => {
  const blindFor = async (user: string, id: string) =>
    (await site.open(user)).find((one) => one.id === id)?.blind;
  const judged = async (user: string, id: string) =>
    (await site.judge(user, id, confirmation)).body as { blind?: boolean };

  it('is known by the page of the incident or finding, a list, a refused verdict, and no other way', async () => {
    const looks: Record<
      string,
      (of: { incident: string; finding: string }) => [string, string, object?]
    > = {
      incident: ({ incident }) => ['GET', `/incidents/${incident}`],
      finding: ({ finding }) => ['GET', `/violations/${finding}`],
      chain: ({ incident }) => ['GET', `/incidents/${incident}/chain`],
      'list of incidents': () => ['GET', '/incidents?status=dismissed&limit=5'],
      'list of findings': () => ['GET', '/violations?status=dismissed&limit=5'],
      'verdict that comes too late': ({ incident }) => [
        'POST',
        `/incidents/${incident}/verdict`,
        { ...confirmation, version: 1 },
      ],
    };
    const { incident, id } = await drawn();
    const { main } = await site.incidentNow(incident);
    // Looks are append-only: the owner of the database alone forgets them.
    for (const [name, look] of Object.entries(looks)) {
      await site.sql.query(FORGET_LOOKS);
      expect(await blindFor('safety', id), name).toBe(true);
      const [method, path, body] = look({ incident, finding: main.id });
      await site.send('safety', method, path, body);
      expect(await blindFor('safety', id), name).toBe(false);
    }
    expect(await blindFor('press', id)).toBe(true);
    expect(await judged('safety', id)).toMatchObject({ status: 'confirmed', blind: false });
    expect(await site.rowsOf(incident)).toMatchObject([{ is_blind: false }]);
  });

  it('stays blind with a look before the first verdict, at the list that waits, and at the evidence', async () => {
    const { id: incident, main } = await site.found();
    await site.send('safety', 'GET', `/incidents/${incident}`);
    await site.decide('operator', incident, dismissal);
    const [row] = await site.rowsOf(incident);
    for (const path of [
      '/incidents?status=pending&limit=200',
      `/second-reviews/${row.id}`,
      `/violations/${main.id}/snapshot`,
      '/notices',
      '/alarms',
    ]) {
      await site.send('safety', 'GET', path);
    }
    expect(await judged('safety', row.id)).toMatchObject({ blind: true });
    await site.send('safety', 'GET', `/incidents/${incident}`);
    expect(await site.rowsOf(incident)).toMatchObject([{ is_blind: true }]);
  });

  it('is the person, whichever account the look was with', async () => {
    const { incident, id } = await drawn();
    const database = openDatabase(site.api.settings.databaseUrl);
    await makeUser(database, 'former-look', ['violation:read@all', 'violation:review@all'], {
      employeeNo: 'E010',
    });
    await site.send('former-look', 'GET', `/incidents/${incident}`);
    await makeUser(database, 'later-look', ['violation:read@all', 'violation:review@all']);
    await database.close();
    await site.sql.query("UPDATE app_user SET active = false WHERE username = 'former-look'");
    await site.sql.query(
      `UPDATE app_user SET person_id = (SELECT id FROM person WHERE employee_no = 'E010') WHERE username = 'later-look'`,
    );
    expect(await judged('later-look', id)).toMatchObject({ blind: false });
  });
});

describe('who gives a second verdict', () => {
  it('is not the first reviewer, nor a later account of that person', async () => {
    const { id } = await drawn('press');
    const refuse = async (user: string) => {
      expect(await isOpenFor(user, id)).toBe(false);
      expect(await site.judge(user, id, confirmation)).toMatchObject({ status: 404 });
      expect(await site.send(user, 'GET', `/second-reviews/${id}`)).toMatchObject({ status: 404 });
      expect(await site.send(user, 'PUT', `/second-reviews/${id}/lease`)).toMatchObject({
        status: 404,
      });
    };
    await refuse('press');
    const database = openDatabase(site.api.settings.databaseUrl);
    await makeUser(database, 'twin', ['violation:read@all', 'violation:review@all']);
    await database.close();
    const close = (user: string, active: boolean) =>
      site.sql.query('UPDATE app_user SET active = $2 WHERE username = $1', [user, active]);
    await close('press', false);
    await site.sql.query(
      `UPDATE app_user SET person_id = (SELECT id FROM person WHERE employee_no = 'E005') WHERE username = 'twin'`,
    );
    await refuse('twin');
    await close('twin', false);
    await close('press', true);
    expect(await isOpenFor('safety', id)).toBe(true);
  });

  it('is no person whom the incident may concern', async () => {
    const database = openDatabase(site.api.settings.databaseUrl);
    const start = site.world.hour();
    const { handle } = await handleOn(database, 'E005', start);
    await database.close();
    const { id: finding } = await site.world.see(site.world.west, start, 'a', {
      identity: confirmedAs(handle),
    });
    const { id: incident } = await site.world.incidentOf(finding);
    await site.decide('operator', incident, dismissal);
    const [row] = await site.rowsOf(incident);
    expect(await isOpenFor('press', row.id)).toBe(false);
    expect(await site.judge('press', row.id, confirmation)).toMatchObject({ status: 404 });
    expect(await isOpenFor('safety', row.id)).toBe(true);
    expect((await site.rowsOf(incident))[0].second_at).toBeNull();
  });

  it('has the place in reach: of another department nothing is shown or changed', async () => {
    const { id, incident } = await drawn('operator', dismissal, 'east');
    const before = await site.rowsOf(incident);
    expect(await isOpenFor('press', id)).toBe(false);
    for (const [method, path, body] of [
      ['GET', `/second-reviews/${id}`, undefined],
      ['PUT', `/second-reviews/${id}/lease`, undefined],
      ['POST', `/second-reviews/${id}/verdict`, confirmation],
    ] as const) {
      expect(await site.send('press', method, path, body)).toMatchObject({
        status: 404,
        body: { code: 'second-review.unknown' },
      });
    }
    expect(await site.send('assembly', 'GET', '/second-reviews')).toMatchObject({ status: 403 });
    expect(await site.rowsOf(incident)).toEqual(before);
    const own = await drawn('operator');
    expect(await isOpenFor('press', own.id)).toBe(true);
  });

  it('is one of two who look at it: the lease tells the other, and ends with the verdict', async () => {
    const { id, incident } = await drawn();
    expect((await site.send('safety', 'PUT', `/second-reviews/${id}/lease`)).status).toBe(200);
    const lease = (await site.open('safety.head')).find((one) => one.id === id)?.lease;
    expect(lease).toMatchObject({ mine: false });
    for (const refused of [
      await site.send('safety.head', 'PUT', `/second-reviews/${id}/lease`),
      await site.judge('safety.head', id, confirmation),
    ]) {
      expect(refused).toMatchObject({ status: 409, body: { code: 'second-review.taken' } });
    }
    await site.sql.query(
      `UPDATE second_review SET lease_since = lease_since - interval '42 seconds' WHERE id = $1`,
      [id],
    );
    const other = await drawn();
    expect((await site.judge('safety', id, confirmation)).status).toBe(200);
    expect((await site.rowsOf(incident))[0].seconds).toBeGreaterThanOrEqual(42);
    // The next one ends the lease of the one before.
    await site.send('safety', 'PUT', `/second-reviews/${other.id}/lease`);
    const third = await drawn();
    await site.send('safety', 'PUT', `/second-reviews/${third.id}/lease`);
    expect((await site.judge('safety.head', other.id, dismissal)).status).toBe(200);
    expect((await site.judge('safety', other.id, dismissal)).body.code).toBe('second-review.over');
  });

  it('is one of two who answer at the same moment', async () => {
    const { id, incident } = await drawn();
    const both = await Promise.all(
      ['safety', 'safety.head'].map((user) => site.judge(user, id, confirmation)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await site.rowsOf(incident)).toHaveLength(1);
  });
});
