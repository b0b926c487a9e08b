import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionHelpers } from '../../testing/session-helpers.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';

let site: Site;
let api: RunningApi;
let urls: { adminUrl: string; appUrl: string };
const { login, sql } = sessionHelpers(() => ({ api, urls }));

beforeAll(async () => {
  site = await openSite();
  urls = await site.freshDatabase();
  api = await startApi(site, urls.appUrl);
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

const accountOf = async (username: string) =>
  (
    await sql<{ active: boolean; hash: string; version: number }>(
      'SELECT active, password_hash AS hash, version FROM app_user WHERE username = $1',
      [username],
    )
  )[0];
const linesOf = (username: string) =>
  sql<{ action: string; after: { by: string } }>(
    `SELECT l.action, l.after FROM audit_log l JOIN app_user u ON u.id = l.entity_id
     WHERE u.username = $1`,
    [username],
  );

describe('demo accounts', () => {
  it('are made with a line of the audit log', async () => {
    expect(await linesOf('buyer')).toMatchObject([{ action: 'create', after: { by: 'program' } }]);
    expect((await login('buyer')).status).toBe(200);
  });

  it('stay as people left them when the program starts again', async () => {
    await sql(
      "UPDATE app_user SET active = false, locked_reason = 'left' WHERE username = 'buyer'",
    );
    await sql(
      "UPDATE app_user SET password_hash = (SELECT password_hash || 'x' FROM app_user WHERE username = 'safety') WHERE username = 'env'",
    );
    await sql(
      'DELETE FROM user_role WHERE user_id = (SELECT id FROM app_user WHERE username = $1)',
      ['keeper'],
    );
    const before = await Promise.all(['buyer', 'env', 'keeper'].map(accountOf));
    const again = await startApi(site, urls.appUrl, {
      demo: { password: 'another-demo-password' },
    });
    expect(await Promise.all(['buyer', 'env', 'keeper'].map(accountOf))).toEqual(before);
    expect(
      await sql(
        "SELECT 1 FROM user_role r JOIN app_user u ON u.id = r.user_id WHERE u.username = 'keeper'",
      ),
    ).toEqual([]);
    expect(await linesOf('env')).toHaveLength(1);
    for (const username of ['buyer', 'env', 'operator']) {
      const answer = await login(username, 'another-demo-password', undefined, again);
      expect([username, answer.status]).toEqual([username, 401]);
    }
    await again.stop();
  });

  it('that are missing are made with the password of this start', async () => {
    await sql(
      "DELETE FROM user_role WHERE user_id = (SELECT id FROM app_user WHERE username = 'manager')",
    );
    await sql(
      "DELETE FROM session WHERE user_id = (SELECT id FROM app_user WHERE username = 'manager')",
    );
    await sql("DELETE FROM app_user WHERE username = 'manager'");
    const again = await startApi(site, urls.appUrl, {
      demo: { password: 'another-demo-password' },
    });
    expect((await login('manager', 'another-demo-password', undefined, again)).status).toBe(200);
    await again.stop();
  });
});

describe('the security report', () => {
  const read = async (username: string, from = api) => {
    const answer = await from.get('/api/v1/system/security', await from.signIn(username));
    return [answer.status, await answer.json()] as const;
  };

  it('tells an administrator of demo accounts, and others nothing', async () => {
    const [status, report] = await read('admin');
    expect(status).toBe(200);
    const { findings } = report as { findings: { id: string; state: string; text: object }[] };
    const stateOf = (id: string) => findings.find((one) => one.id === id)?.state;
    expect(stateOf('demo')).toBe('notice');
    expect(stateOf('database-role')).toBe('ok');
    expect((await read('operator'))[0]).toBe(403);
  });

  it('names what is open on the network', async () => {
    const open = await startApi(site, urls.appUrl, { http: { host: '0.0.0.0', port: 0 } });
    const [, report] = await read('admin', open);
    const { findings } = report as { findings: { id: string; state: string }[] };
    const danger = findings.filter(({ state }) => state === 'danger').map(({ id }) => id);
    expect(danger).toEqual(expect.arrayContaining(['demo', 'tls']));
    await open.stop();
  });

  it('is announced before anyone signs in', async () => {
    expect(await (await api.get('/api/health')).json()).toMatchObject({ demo: true });
    const plain = await startApi(site, urls.appUrl, { demo: null });
    expect(await (await plain.get('/api/health')).json()).toMatchObject({ demo: false });
    await plain.stop();
  });
});
