import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from './platform/db/migrate.ts';
import { APP_RIGHTS, OWNER_RIGHTS } from './platform/db/move-owner.ts';
import { openSite, type Site } from './testing/site.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite({ ownServer: true });
});
afterAll(() => site?.stop());

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Runs the command. */
async function roles(args: string[], env: Record<string, string>) {
  const run = promisify(execFile)(process.execPath, ['roles.ts', ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  return run.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      text: `${stdout}${stderr}`,
    }),
  );
}

it('[SEC-23] tells what an owner that is a superuser may do, and moves the tables to one that is none', async () => {
  const fresh = await site.freshDatabase([]);
  const asRole = (url: string, username: string) =>
    Object.assign(new URL(url), { username, password: 'secret' }).href;
  // A server of a company, set up as an earlier version said: the owner is a superuser beside others.
  const env = {
    ANSHI_DATABASE_ADMIN_URL: asRole(fresh.adminUrl, 'plant_owner'),
    DATABASE_URL: asRole(fresh.appUrl, 'plant_api'),
  };
  const above = new pg.Client({ connectionString: fresh.superUrl });
  await above.connect();
  const database = new URL(fresh.adminUrl).pathname.slice(1);
  await above.query(`CREATE ROLE plant_owner LOGIN SUPERUSER PASSWORD 'secret'`);
  await above.query(`ALTER DATABASE ${database} OWNER TO plant_owner`);
  const name = { zh: 'demo', en: 'demo' };
  await migrate(env.ANSHI_DATABASE_ADMIN_URL, env.DATABASE_URL, { id: 'demo', name });
  // Made by another superuser, as in a set-up by hand.
  await above.query('CREATE TABLE public.leftover (tenant_id text, n int)');
  await above.query('CREATE VIEW public.peek AS SELECT 1');

  const before = await roles([], env);
  expect(before.code).toBe(1);
  expect(before.text).toContain('roles: plant_owner is a superuser');
  expect((await roles(['--move'], env)).text).toContain('set ANSHI_SUPERUSER_PASSWORD');

  // The address of a superuser usually names another database.
  const elsewhere = Object.assign(new URL(fresh.superUrl), { pathname: '/postgres' }).href;
  const move = () => roles(['--move'], { ...env, ANSHI_SUPERUSER_URL: elsewhere });
  const half = await move();
  expect(half, half.text).toMatchObject({ code: 1 });
  expect(half.text).toContain('tables: peek is no table');
  const owners = await above.query(
    `SELECT tableowner FROM pg_tables WHERE tablename = 'leftover' AND schemaname = 'public'`,
  );
  expect(owners.rows).toEqual([{ tableowner: 'plant_owner' }]);
  await above.query('DROP VIEW public.peek');
  const moved = await move();
  expect(moved, moved.text).toMatchObject({ code: 0 });
  await above.query('DROP TABLE public.leftover');
  await migrate(env.ANSHI_DATABASE_ADMIN_URL, env.DATABASE_URL, null);
  expect(await roles([], env)).toEqual({ code: 0, text: 'findings: 0\n' });
  const { rows } = await above.query(
    `SELECT rolsuper FROM pg_roles WHERE rolname IN ('plant_owner', 'plant_api')`,
  );
  expect(rows).toEqual([{ rolsuper: false }, { rolsuper: false }]);
  await above.end();
});

it('[SEC-23] never leaves the first role of a server without a password', async () => {
  const fresh = await site.freshDatabase([]);
  const above = new pg.Client({ connectionString: fresh.superUrl });
  await above.connect();
  const all = async () =>
    (await above.query('SELECT oid::int, rolname, rolpassword FROM pg_authid ORDER BY oid')).rows;
  await above.query(`CREATE ROLE other_superuser LOGIN SUPERUSER PASSWORD 'secret'`);
  const before = await all();
  const first = before.find(({ oid }) => oid === 10)?.rolname as string;
  const asRole = (username: string) =>
    Object.assign(new URL(fresh.superUrl), { username, password: 'secret' }).href;
  const answer = await roles(['--move'], {
    ANSHI_DATABASE_ADMIN_URL: asRole(first),
    DATABASE_URL: fresh.appUrl,
    ANSHI_SUPERUSER_URL: asRole('other_superuser'),
  });
  expect(answer.code).toBe(1);
  expect(answer.text).toContain(`"${first}" is the role that the server was made with`);
  expect(await all()).toEqual(before);
  await above.end();
});

it('the script of docker compose gives the same rights', async () => {
  const script = await readFile(new URL('../../deploy/postgres/roles.sh', import.meta.url), 'utf8');
  expect(script).toContain(`CREATE ROLE anshi_owner ${OWNER_RIGHTS} PASSWORD`);
  expect(script).toContain(`CREATE ROLE anshi_app ${APP_RIGHTS} PASSWORD`);
});
