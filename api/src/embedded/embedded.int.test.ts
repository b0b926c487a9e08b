import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../platform/db/migrate.ts';
import { walkRights } from '../platform/db/rights-walk.ts';
import { until } from '../testing/site.ts';
import { startDatabase } from './database.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-embedded-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Started {
  child: ChildProcess;
  details: Record<string, string>;
}

function start(entry: string, env: Record<string, string>) {
  const child = fork(fileURLToPath(new URL(entry, import.meta.url)), {
    execArgv: [],
    env: { ...process.env, ANSHI_LOG_LEVEL: 'warn', ...env },
    silent: true,
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
  }
  const ready = new Promise<Started>((resolve, reject) => {
    child.on('message', ({ details }: { details: Record<string, string> }) =>
      resolve({ child, details }),
    );
    child.on('exit', () => reject(new Error(words)));
  });
  return ready;
}
const database = (dir: string, env = {}) =>
  start('./database.ts', { ANSHI_DATA_DIR: join(folder, dir), ...env });

async function query(url: string | undefined, text: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
const serverPid = async (dir: string) =>
  Number(
    (await readFile(join(folder, dir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0],
  );
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie process still has its process id.
  const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return !state.stdout.startsWith('Z') && state.stdout.trim() !== '';
}

describe('the embedded database', () => {
  it('keeps its data after a stop and after kill -9, and leaves no server running', async () => {
    const first = await database('kept');
    const [setup] = await query(
      first.details.adminUrl,
      "SELECT current_setting('server_encoding') AS encoding, datcollate AS collate FROM pg_database WHERE datname = 'anshi'",
    );
    expect(setup).toEqual({ encoding: 'UTF8', collate: 'C.UTF-8' });
    const [role] = await query(
      first.details.appUrl,
      'SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user',
    );
    expect(role).toEqual({ rolname: 'anshi_app', rolsuper: false, rolbypassrls: false });
    await query(first.details.adminUrl, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)');
    const credentials = await stat(join(folder, 'kept/postgres/credentials.json'));
    expect(credentials.mode & 0o777).toBe(0o600);

    // After a kill the server is orphaned; the next start stops it.
    const orphan = await serverPid('kept');
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(isAlive(orphan)).toBe(true);
    const second = await database('kept');
    expect(isAlive(orphan)).toBe(false);
    expect(await query(second.details.adminUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);

    // When its parent is gone, it stops itself and its server.
    const server = await serverPid('kept');
    second.child.disconnect();
    await once(second.child, 'exit');
    await until(() => !isAlive(server), 'the server is gone');
  });

  it.runIf(process.getuid?.() === 0)(
    'keeps a database in the shared folder where root closed its own, also in a closed shared folder',
    async () => {
      const [closed, shared] = [join(folder, 'closed'), join(folder, 'shared')];
      for (const made of [closed, shared]) await mkdir(made, { mode: 0o700 });
      const started = await startDatabase({
        folder: join(closed, 'postgres'),
        shared,
        durable: false,
      });
      try {
        expect(started.folder).toMatch(new RegExp(`^${shared}/postgres-`));
        expect(await query(started.appUrl, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
      } finally {
        await started.stop();
      }
    },
  );

  it('reports an invalid folder or port with a clear message', async () => {
    const data = async (dir: string, files: Record<string, string>) => {
      await mkdir(join(folder, dir, 'postgres/data'), { recursive: true });
      for (const [name, text] of Object.entries(files)) {
        await writeFile(join(folder, dir, 'postgres/data', name), text);
      }
    };
    await data('older', { PG_VERSION: '15\n' });
    await expect(database('older')).rejects.toThrow('were written by PostgreSQL 15, this is 18');
    await data('other', { 'holiday.jpg': '' });
    await expect(database('other')).rejects.toThrow('holds no PostgreSQL database');
    await writeFile(join(folder, 'a-file'), '');
    await expect(database('a-file')).rejects.toThrow('cannot be written');

    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const env = { ANSHI_POSTGRES_PORT: String(port) };
    await expect(database('busy', env)).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken by another program`,
    );
    taken.close();
  });
});

/** Makes the folder of a stopped database what an earlier version left: its owner is a superuser. */
async function makeOlder(dir: string): Promise<void> {
  const home = join(folder, dir, 'postgres');
  const server = await startDatabase({ folder: home, durable: false });
  const file = join(home, 'credentials.json');
  const { admin, app } = JSON.parse(await readFile(file, 'utf8'));
  await query(server.superUrl, `CREATE ROLE helper SUPERUSER LOGIN PASSWORD 'x'`);
  const helper = Object.assign(new URL(server.superUrl), {
    username: 'helper',
    password: 'x',
  }).href;
  await query(
    helper,
    `ALTER DATABASE anshi OWNER TO helper;
     DROP OWNED BY anshi_owner; DROP ROLE anshi_owner;
     ALTER ROLE anshi_superuser RENAME TO anshi_owner; ALTER ROLE anshi_owner PASSWORD '${admin}';
     ALTER DATABASE anshi OWNER TO anshi_owner; GRANT TEMPORARY ON DATABASE anshi TO PUBLIC`,
  );
  await query(server.adminUrl, 'DROP ROLE helper');
  // As an earlier version would have: its tables and those of the jobs belong to the superuser.
  await migrate(server.adminUrl, server.appUrl, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
  await query(
    server.adminUrl,
    `INSERT INTO site (tenant_id, id, name) VALUES ('demo', 'kept', '{}');
     INSERT INTO pgboss.bam (name, version, table_name, command)
       VALUES ('x', 1, 'job_common', 'ALTER ROLE anshi_app SUPERUSER');
     GRANT ALL ON pgboss.bam TO anshi_app`,
  );
  await server.stop();
  await writeFile(file, JSON.stringify({ admin, app }));
}

describe('a data folder of an earlier version', () => {
  it('[SEC-23] gets an owner of its tables that is no superuser, and keeps what it holds', async () => {
    await makeOlder('older-owner');
    for (const start of ['first', 'second']) {
      const { child, details } = await database('older-owner');
      const urls = { adminUrl: details.adminUrl ?? '', appUrl: details.appUrl ?? '' };
      expect(details.superUrl).toBeUndefined();
      await migrate(urls.adminUrl, urls.appUrl, null);
      const roles = await query(
        urls.adminUrl,
        `SELECT rolname, rolsuper FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1`,
      );
      expect(roles, start).toEqual([
        { rolname: 'anshi_app', rolsuper: false },
        { rolname: 'anshi_owner', rolsuper: false },
        { rolname: 'anshi_superuser', rolsuper: true },
      ]);
      const client = new pg.Client({ connectionString: urls.appUrl });
      await client.connect();
      try {
        expect(await walkRights(client, 'anshi_app')).toEqual([]);
        await client.query(`SET app.tenant = 'demo'`);
        expect((await client.query('SELECT id FROM site')).rows).toEqual([{ id: 'kept' }]);
      } finally {
        await client.end();
      }
      child.disconnect();
      await once(child, 'exit');
    }
  });

  it('says so where the passwords beside it are those of another', async () => {
    const { child } = await database('strangers');
    child.disconnect();
    await once(child, 'exit');
    const file = join(folder, 'strangers/postgres/credentials.json');
    const kept = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...kept, superuser: 'another' }));
    await expect(database('strangers')).rejects.toThrow('are not those of this database');
  });
});

describe('the embedded broker', () => {
  it('picks a free port, and reports where the wanted one is in use', async () => {
    const { child, details } = await start('./broker.ts', {});
    const { port } = new URL(details.url ?? '');
    await expect(start('./broker.ts', { ANSHI_MQTT_PORT: port })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken by another program`,
    );
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
