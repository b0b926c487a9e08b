import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startBroker } from '../../api/src/embedded/broker.ts';
import { startDatabase } from '../../api/src/embedded/database.ts';
import { BusUserFolder } from '../../api/src/platform/bus-users/folder.ts';
import { migrate } from '../../api/src/platform/db/migrate.ts';
import { freePorts } from '../plant/ports.ts';
import { cpuSeconds, cpuSecondsWithChildren } from './cpu.ts';
import { measureEdge } from './gates/edge.ts';
import { fillPeople } from './gates/fill.ts';
import { type Asking, atRate, type Measured } from './gates/rate.ts';
import { keepStatements, profileOf, showProfile, showStatements } from './profile.ts';
import { note, quantile, tell } from './result.ts';

/*
 * Starts that are asked for at a fixed rate, through the whole API and a bare handler in turns. Explained in
 * docs/benches.md.
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '3' },
    profile: { type: 'boolean', default: false },
  },
});
const [people, rate, seconds, rounds] = [
  values.people,
  values.rate,
  values.seconds,
  values.rounds,
].map(Number) as [number, number, number, number];
const TARGET = { p95Ms: 50, revokedMs: 1000 } as const;

const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-gates-'));
await chmod(folder, 0o755);
const children: ChildProcess[] = [];
let server = await startDatabase({ folder: join(folder, 'postgres') });
const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
const broker = await startBroker({ users: busUsers });

/** Starts a server of this bench, and waits for what it says of itself. */
async function serve(file: string, env: Record<string, string>): Promise<Record<string, string>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('message', (said) =>
      resolve(
        (said as { details?: Record<string, string> }).details ?? (said as Record<string, string>),
      ),
    );
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

try {
  await migrate(server.adminUrl, server.appUrl, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
  if (values.profile) {
    await keepStatements(server.superUrl);
    await server.stop();
    server = await startDatabase({ folder: join(folder, 'postgres') });
  }
  const admin = new pg.Client({ connectionString: server.superUrl });
  // It ends with the server.
  admin.on('error', () => {});
  await admin.connect();
  const [port = 0] = await freePorts(1);
  const apiEnv = {
    BENCH_FOLDER: folder,
    BENCH_BROKER: broker.url,
    BENCH_DATABASE: server.appUrl,
    BENCH_PORT: String(port),
  };
  const api = await serve('gates-serve.ts', apiEnv);
  let apiProcess = children[0];
  await fillPeople(server.superUrl, people);
  note(`${people} people with ${people * 5} qualifications are written`);
  const bare = await serve('gates-bare.ts', { BENCH_DATABASE: server.superUrl });
  const { url = '', secret = '', revoke = '', admin: authorization = '', bench = '' } = api;
  const path = '/api/v1/gates/machine-start';
  const asking = (base: string): Asking => ({ url: `${base}${path}`, secret, people });

  /** CPU seconds so far: of the API, and of PostgreSQL. */
  const cpu = () =>
    [cpuSeconds(children[0]?.pid ?? 0), cpuSecondsWithChildren(server.server.pid)] as const;
  const spent = [0, 0];
  const all: Record<'ours' | 'theirs', Measured[]> = { ours: [], theirs: [] };
  for (let round = 0; round <= rounds; round++) {
    if (round === 1) await admin.query('VACUUM ANALYZE');
    for (const [side, base] of [
      ['theirs', bare.url ?? ''],
      ['ours', url],
    ] as const) {
      const before = cpu();
      const found = await atRate(asking(base), { rate, seconds: round === 0 ? 5 : seconds });
      const after = cpu();
      if (round > 0 && side === 'ours')
        for (const n of [0, 1] as const) spent[n]! += after[n] - before[n];
      // The first round is the warm-up.
      if (round > 0) all[side].push(found);
      note(
        `${round === 0 ? 'warm-up' : `round ${round}`} ${side}: p95 ${quantile(found.times, 0.95).toFixed(1)} ms, ${found.failed} failed`,
      );
    }
  }
  if (values.profile) {
    await admin.query('SELECT pg_stat_statements_reset()');
    let asked = 0;
    const profile = await profileOf(apiProcess as ChildProcess, async () => {
      asked = (await atRate(asking(url), { rate, seconds })).times.length;
    });
    showProfile(profile);
    note(`${(profile.busyMs / asked).toFixed(2)} ms of the serving process for each start`);
    await showStatements(admin, asked);
  }
  const { rows } = await admin.query<{ n: number; keys: number }>(
    'SELECT count(*)::int AS n, count(DISTINCT key)::int AS keys FROM gate_decision',
  );
  const edge = await measureEdge({
    url,
    secret,
    authorization: bench,
    mqttUrl: broker.url.replace('mqtt://', 'mqtt://gateway-gateway-1:none@'),
    folder,
    admin,
    async killApi() {
      const killed = apiProcess as ChildProcess;
      killed.removeAllListeners('exit');
      const exited = once(killed, 'exit');
      killed.kill('SIGKILL');
      await exited;
      children.splice(children.indexOf(killed), 1);
    },
    async startApi() {
      await serve('gates-serve.ts', { ...apiEnv, BENCH_AGAIN: '1' });
      apiProcess = children.at(-1);
    },
  });
  // From the revocation on nothing is answered.
  const began = performance.now();
  const revoked = await fetch(`${url}${revoke}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ reason: 'the bench' }),
  });
  if (!revoked.ok) throw new Error(`not revoked: ${await revoked.text()}`);
  let revokedMs = Number.POSITIVE_INFINITY;
  while (performance.now() - began < 5000) {
    const { failed } = await atRate(asking(url), { rate: 20, seconds: 0.1 });
    if (failed === 0) continue;
    revokedMs = performance.now() - began;
    break;
  }
  const timesOf = (side: keyof typeof all) => all[side].flatMap(({ times }) => times);
  const sum = (of: (one: Measured) => number) => all.ours.reduce((n, one) => n + of(one), 0);
  const p95 = quantile(timesOf('ours'), 0.95);
  const bareP95 = quantile(timesOf('theirs'), 0.95);
  const { n = 0, keys = 0 } = rows[0] ?? {};
  const failed = sum((one) => one.failed);
  tell({
    bench: 'gates',
    ok:
      p95 < TARGET.p95Ms &&
      failed === 0 &&
      n === keys &&
      revokedMs <= TARGET.revokedMs &&
      edge.edgeRevokedMs <= TARGET.revokedMs &&
      edge.edgeWithoutPermit + edge.edgeBeyond + edge.edgeLost + edge.edgeDoubled === 0,
    figures: {
      people,
      rate,
      asked: sum((one) => one.times.length),
      p50Ms: quantile(timesOf('ours'), 0.5),
      p95Ms: p95,
      p99Ms: quantile(timesOf('ours'), 0.99),
      limitMs: TARGET.p95Ms,
      bareP50Ms: quantile(timesOf('theirs'), 0.5),
      bareP95Ms: bareP95,
      nodeMs: ((spent[0] ?? 0) * 1000) / sum((one) => one.times.length),
      postgresMs: ((spent[1] ?? 0) * 1000) / sum((one) => one.times.length),
      allowed: sum((one) => one.allowed),
      failed,
      doubled: n - keys,
      revokedMs,
      ...edge,
    },
    ratio: bareP95 / p95,
    against: 'fastify and pg alone: the wearer of the card, one certificate, one row',
  });
  await admin.end();
} finally {
  for (const child of children) {
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  await broker.stop();
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}
