import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registered, rights, withWords } from '../../testing/older-versions.ts';
import { openSite, PASSWORD, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { hashPassword } from '../access/passwords.ts';
import { checkDatabase, migrate, migrateTo } from './migrate.ts';
import { migrationNames } from './migrations.ts';

/** The data of the first version of the program. */
const FIRST = '20261125140000_first';
/** The version whose register of data had words in one language. */
const REGISTER_WORDS = '20261127103000_words_of_the_register';
/** The version from which violations have an area. */
const SCOPES = '20261128024000_scopes_of_violations';
/** The version in which what personnel systems stated for a later day got rows of its own. */
const STEPS = '20261201031000_planned_steps';
const OWNED_BY_PEOPLE = 'a-password-of-somebody';
const violation = '01K0000000000000000000000A';
/** What it becomes: the missing item apart from the rule, the track as the one that is known of the person. */
const asVersion2 = {
  rule: 'missing-ppe',
  item: 'helmet',
  subject: 'person',
  actor: null,
  tracks: ['t1'],
  path: [],
};
/** Plaintext: the first version did not encrypt. */
const snapshot = Buffer.from([
  0xff,
  0xd8,
  0xff,
  0xe0,
  ...Buffer.from('a picture of the first version'),
]);
const sha = createHash('sha256').update(snapshot).digest('hex');

let site: Site;
let ownerUrl: string;
let appUrl: string;
let owner: pg.Client;
let api: RunningApi;
let applied: string[];
let file: string;

/** As the owner, bound by the policies. */
async function under(
  tenant: string,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResult> {
  await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
  return owner.query(text, values);
}

async function fill(tenant: string): Promise<void> {
  const hash = await hashPassword(OWNED_BY_PEOPLE);
  const one = await hashPassword(PASSWORD);
  await owner.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', [tenant, '{"zh":"厂"}']);
  const roles = [
    ['operator', '监控值班员', rights],
    ['safety-officer', '安全员', rights],
    ['admin', '管理员', rights],
    ['guard', '门卫', ['violation:read', 'camera:read']],
  ] as const;
  for (const [id, zh, permissions] of roles) {
    const name = JSON.stringify({ zh, en: id });
    const row = [tenant, id, name, permissions];
    await under(tenant, 'INSERT INTO role VALUES ($1, $2, $3, $4)', row);
  }
  const users = [
    ['01K00000000000000000000001', 'operator', 'operator', one, true],
    ['01K00000000000000000000002', 'safety', 'safety-officer', one, false],
    ['01K00000000000000000000003', 'admin', 'admin', one, false],
    ['01K00000000000000000000004', 'gatekeeper', 'guard', hash, false],
  ] as const;
  for (const [id, username, role, password, demo] of users) {
    await under(
      tenant,
      `INSERT INTO app_user (tenant_id, id, username, display_name, password_hash, demo)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [tenant, id, username, JSON.stringify({ zh: username, en: username }), password, demo],
    );
    await under(tenant, 'INSERT INTO user_role VALUES ($1, $2, $3)', [tenant, id, role]);
  }
  const evidence = [tenant, sha, snapshot.length];
  await under(tenant, "INSERT INTO evidence VALUES ($1, $2, 'image/jpeg', $3)", evidence);
  await under(
    tenant,
    `INSERT INTO violation (tenant_id, id, source, rule, rule_id, severity, camera, camera_name, site,
       started_at, confirmed_at, confidence, track, box, model_name, model_version, snapshot_sha256,
       snapshot_width, snapshot_height, snapshot_taken_at, snapshot_boxes, status, version,
       reviewed_by, reviewed_by_name, reviewed_at)
     VALUES ($1, $2, 'vision', 'missing-helmet', 'helmet-in-press-area', 'high', 'hall-west', '{"zh":"车间西","en":"Hall west"}', 'plant-1',
       now(), now(), 0.9, 't1', '[0, 0, 1, 1]', 'm', '1', $3,
       640, 480, now(), '[]', 'confirmed', 2, $4, '{"zh":"王安全","en":"Wang Anquan"}', now())`,
    [tenant, violation, sha, '01K00000000000000000000002'],
  );
  await under(
    tenant,
    `INSERT INTO verdict (tenant_id, violation_id, version, decision, by_user, by_name)
     VALUES ($1, $2, 2, 'confirm', $3, '{"zh":"王","en":"Wang"}')`,
    [tenant, violation, '01K00000000000000000000002'],
  );
  await under(
    tenant,
    `INSERT INTO violation_event_inbox (tenant_id, source, event_id, type, violation_id)
     VALUES ($1, 'vision', 'e1', 'violation', $2)`,
    [tenant, violation],
  );
}

/** The camera of the violation was hung elsewhere before and after it was recorded. */
async function hangElsewhere(): Promise<void> {
  const at = await under('other', 'SELECT recorded_at AS at FROM violation');
  const recorded = (at.rows[0].at as Date).getTime();
  const configOf = (area: string) => JSON.stringify({ area, zones: [] });
  await under(
    'other',
    `INSERT INTO camera (tenant_id, id, site, config, address_id, version)
     VALUES ('other', 'hall-west', 'plant-1', $1, 'a', 3)`,
    [configOf('now')],
  );
  for (const [version, hours, area] of [
    [1, -2, 'first'],
    [2, -1, 'then'],
    [3, 1, 'now'],
  ] as const) {
    await under(
      'other',
      `INSERT INTO camera_config_version (tenant_id, id, camera_id, version, config, address_id, at, how)
       VALUES ('other', $1, 'hall-west', $2, $3, 'a', $4, 'seed')`,
      [`v${version}`, version, configOf(area), new Date(recorded + hours * 3_600_000)],
    );
  }
}

beforeAll(async () => {
  site = await openSite({ ownServer: true });
  const fresh = await site.freshDatabase([]);
  appUrl = fresh.appUrl;
  // On a company's own server, the owner of the tables is no superuser.
  const admin = new pg.Client({ connectionString: fresh.superUrl });
  await admin.connect();
  const database = new URL(fresh.adminUrl).pathname.slice(1);
  await admin.query("CREATE ROLE plant_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'secret'");
  await admin.query(`ALTER DATABASE ${database} OWNER TO plant_owner`);
  await admin.end();
  ownerUrl = Object.assign(new URL(fresh.adminUrl), {
    username: 'plant_owner',
    password: 'secret',
  }).href;
  await migrateTo(ownerUrl, [FIRST]);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await fill('demo');
  await fill('other');
  const names = await migrationNames();
  await migrateTo(ownerUrl, names.slice(0, names.indexOf(REGISTER_WORDS)));
  for (const [id, fields] of Object.entries(registered)) {
    await under(
      'demo',
      `INSERT INTO data_policy (tenant_id, id, version, name, purpose, fields, classification, personal,
         sensitive, legal_basis, used_by, retention_source, certainty, storage)
       VALUES ('demo', $1, 1, $3, $3, $2, 'internal', true, false, $3, '{}', $3, 'own', $3)`,
      [id, fields, '{"zh":"厂","en":"plant"}'],
    );
  }
  for (const id of ['press', 'store']) {
    const department = `INSERT INTO department (tenant_id, id, name, kind) VALUES ('demo', $1, '{"zh":"厂","en":"x"}', 'other')`;
    await under('demo', department, [id]);
  }
  for (const [n, [department, post, status]] of withWords.entries()) {
    await under(
      'demo',
      `INSERT INTO person (tenant_id, id, employee_no, name, department_id, post, status, left_on)
       VALUES ('demo', $1, $2, 'x', $3, $4, $5::text, CASE WHEN $5::text = 'left' THEN DATE '2026-01-01' END)`,
      [`01K0000000000000000000W${n}0A`, `W${n}`, department, post, status],
    );
  }
  await migrateTo(ownerUrl, names.slice(0, names.indexOf(SCOPES)));
  await hangElsewhere();
  await migrateTo(ownerUrl, names.slice(0, names.indexOf(STEPS)));
  await under(
    'demo',
    `INSERT INTO personnel_statement (tenant_id, id, system, external_id, stated_at, state, changes, effective_on, statement, person_id)
     VALUES ('demo', 's1', 'hr', 'W0', now(), 'planned', '{}', '2099-12-15', '{"status":"left"}', '01K0000000000000000000W00A')`,
  );
  applied = await migrate(ownerUrl, appUrl, { id: 'demo', name: { zh: '厂', en: 'Plant' } });
  await checkDatabase(appUrl);
  file = join(site.folder, 'shared-data', 'evidence', 'demo', sha.slice(0, 2), sha);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, snapshot);
  api = await startApi(site, appUrl);
});
afterAll(async () => {
  await api?.stop();
  await owner?.end();
  await site?.stop();
});

describe('a database of the first version', () => {
  it('is upgraded once by an owner bound by the policies', async () => {
    expect(applied).toContain(STEPS);
    expect(applied).not.toContain(FIRST);
    expect(await migrate(ownerUrl, appUrl, null)).toEqual([]);
  });

  it('keeps each role’s permissions, in every tenant', async () => {
    const other = await under('other', "SELECT permissions FROM role WHERE id = 'guard'");
    expect(other.rows).toEqual([{ permissions: ['violation:read@all', 'camera:read@all'] }]);
    const own = await under('demo', "SELECT permissions FROM role WHERE id = 'guard'");
    expect(own.rows).toEqual(other.rows);
    // The program's roles follow it; the company's own stay unchanged.
    const seeded = await under('demo', "SELECT permissions FROM role WHERE id = 'admin'");
    expect(seeded.rows[0].permissions).toContain('user:manage@all');
    const waiting = await under('other', "SELECT permissions FROM role WHERE id = 'admin'");
    expect(waiting.rows[0].permissions).toEqual(rights.map((right) => `${right}@all`));
  });

  it('has the register of data in both languages; words of the company stay as they are', async () => {
    const { rows } = await under(
      'demo',
      "SELECT id, fields FROM data_policy WHERE version = 1 AND id IN ('hazard-records', 'own-list') ORDER BY id",
    );
    expect(rows).toEqual([
      {
        id: 'hazard-records',
        fields: {
          zh: ['上报人', '地点', '文字', '照片', '整改'],
          en: registered['hazard-records'],
        },
      },
      { id: 'own-list', fields: { zh: registered['own-list'], en: registered['own-list'] } },
    ]);
  });

  it('has a post for each text that stood in files of people, which keep their words', async () => {
    const people = await under(
      'demo',
      `SELECT p.employee_no AS no, p.post AS words, t.name, t.department_id AS department, t.active,
         t.code ~ '^P[0-9]{3}$' AS coded, h.post_id = t.id AS holds, h.since_at AS since
       FROM person p LEFT JOIN post t ON t.tenant_id = p.tenant_id AND t.id = p.post_id
       LEFT JOIN post_holding h ON h.person_id = p.id AND h.until_at IS NULL
       WHERE p.employee_no LIKE 'W%' ORDER BY 1`,
    );
    const welder = { name: '焊工', department: 'press', active: true, coded: true };
    const driver = { name: expect.stringMatching(/^driver$/i), department: null, active: true };
    const held = { holds: true, since: null };
    expect(people.rows).toMatchObject([
      { words: '焊工', ...welder, ...held },
      { words: ' 焊工 ', ...welder, ...held },
      { words: 'Driver', ...driver, ...held },
      { words: 'driver', ...driver, holds: null },
      { words: 'DRIVER', ...driver, ...held },
      { words: '退休岗', name: '退休岗', active: false, holds: null },
      { words: '', name: null },
      { words: null, name: null },
    ]);
  });

  it('has a step for each statement of a personnel system that waits for its day', async () => {
    const { rows } = await under(
      'demo',
      `SELECT statement_id AS statement, kind, day::text, acts_on::text AS acts, state FROM person_step
       WHERE statement_id = 's1'`,
    );
    const step = { statement: 's1', kind: 'leave', state: 'planned' };
    expect(rows).toEqual([{ ...step, day: '2099-12-15', acts: '2099-12-16' }]);
  });

  it('has violations at the area that the camera named when they were recorded', async () => {
    const { rows } = await under('other', 'SELECT area_id AS area FROM violation');
    expect(rows).toEqual([{ area: 'then' }]);
    const acts = await under('other', 'SELECT areas FROM incident');
    expect(acts.rows).toEqual([{ areas: ['then'] }]);
  });

  it('lets its users sign in with their passwords, with their rights', async () => {
    for (const username of ['operator', 'safety']) {
      const headers = await api.signIn(username);
      const list = await (await api.get('/api/v1/violations', headers)).json();
      expect(list).toMatchObject({
        items: [{ id: violation, status: 'confirmed', version: 2, ...asVersion2 }],
      });
    }
    const admin = await api.signIn('admin');
    const users = (await (await api.get('/api/v1/users', admin)).json()) as {
      items: { username: string }[];
    };
    const names = users.items.map(({ username }) => username);
    expect(names).toEqual(expect.arrayContaining(['admin', 'gatekeeper', 'operator', 'safety']));
    const body = { username: 'gatekeeper', password: OWNED_BY_PEOPLE };
    const answer = await api.post('/api/v1/auth/login', body);
    expect(answer.status).toBe(200);
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const guard = { authorization: `Bearer ${accessToken}` };
    expect((await api.get(`/api/v1/violations/${violation}`, guard)).status).toBe(200);
    const verdict = { decision: 'dismiss', version: 2, reason: 'other' };
    const path = `/api/v1/violations/${violation}/verdict`;
    expect((await api.post(path, verdict, guard)).status).toBe(403);
  });

  it('keeps its records and their append-only history', async () => {
    const safety = await api.signIn('safety');
    const verdicts = await (
      await api.get(`/api/v1/violations/${violation}/verdicts`, safety)
    ).json();
    expect(JSON.stringify(verdicts)).toContain('confirm');
    // Nobody has blurred it yet; the original is there for those who may see it.
    const hidden = await api.get(`/api/v1/violations/${violation}/snapshot`, safety);
    expect(await hidden.json()).toMatchObject({ status: 404, code: 'evidence.being-blurred' });
    const reason = { reason: 'after the upgrade' };
    const revealed = await api.post(`/api/v1/violations/${violation}/reveal`, reason, safety);
    expect(revealed.status, await revealed.clone().text()).toBe(200);
    const original = `/api/v1/violations/${violation}/original/snapshot`;
    const picture = await api.get(original, safety);
    expect(picture.status).toBe(200);
    expect(Buffer.from(await picture.arrayBuffer()).equals(snapshot)).toBe(true);
    // Not with other bytes, nor where it was encrypted: the response says what is wrong.
    const refused = async () => {
      const answer = await api.get(original, safety);
      return [answer.status, ((await answer.json()) as { code: string }).code];
    };
    await writeFile(file, Buffer.from(snapshot).reverse());
    expect(await refused()).toEqual([422, 'sealed.damaged']);
    await writeFile(file, snapshot);
    await under('demo', 'UPDATE evidence SET sealed = true');
    expect(await refused()).toEqual([422, 'sealed.plain']);
    await under('demo', 'UPDATE evidence SET sealed = false');
    await expect(under('demo', 'DELETE FROM verdict')).rejects.toThrow();
    await expect(under('demo', "UPDATE verdict SET note = 'x'")).rejects.toThrow();
    const hazard = await api.post(`/api/v1/violations/${violation}/hazard`, {}, safety);
    expect(hazard.status, await hazard.clone().text()).toBe(201);
  });
});
