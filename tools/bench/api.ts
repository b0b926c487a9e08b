import { type ChildProcess, fork } from 'node:child_process';
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
import { type Load, load, mixed, reading, type Side, writing } from './api-load.ts';
import { fillHazards } from './api-rows.ts';
import { serializing } from './api-serialize.ts';
import { settled } from './api-settled.ts';
import { cpuSeconds, cpuSecondsWithChildren } from './cpu.ts';
import { people } from './people.ts';
import { keepStatements, profileOf, showProfile, showStatements } from './profile.ts';
import { note, quantile, tell } from './result.ts';

/*
 * Reads (the list of 50 and single hazards, alternately) and writes (reports) through the whole
 * API, against bare handlers with the same tables, indexes and number of connections. Both servers
 * are separate processes, measured alternately, so that load from other programs affects both; each
 * ratio is the median over the rounds.
 */
const { values } = parseArgs({
  options: {
    hazards: { type: 'string', default: '100000' },
    users: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    profile: { type: 'boolean', default: false },
  },
});
const [hazards, users, seconds, rounds] = [
  values.hazards,
  values.users,
  values.seconds,
  values.rounds,
].map(Number) as [number, number, number, number];
const READS = 0.5;
const WRITES = 0.3;
const P95_MS = 250;

/** What is measured in each round, in this order: compared pairs are adjacent. */
const kinds = ['bareReads', 'reads', 'bareRows', 'writes', 'bareWrites'] as const;
type Kind = (typeof kinds)[number];
/** CPU ms per request: of the serving process, and of PostgreSQL. */
type Measured = Load & { nodeMs: number; postgresMs: number; settleSeconds: number };

const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-api-'));
await chmod(folder, 0o755);
const children: ChildProcess[] = [];
let server = await startDatabase({ folder: join(folder, 'postgres') });
const busUsers = new BusUserFolder(join(folder, 'shared-data', 'bus-users'));
const broker = await startBroker({ users: busUsers });
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
  const api = await serve('api-serve.ts', {
    BENCH_FOLDER: folder,
    BENCH_BROKER: broker.url,
    BENCH_DATABASE: server.appUrl,
  });
  await fillHazards(server.superUrl, hazards);
  note(`${hazards} hazards are written`);
  const bare = await serve('api-bare.ts', {
    BENCH_DATABASE: server.superUrl,
    BENCH_REPORTER: api.details.reporter ?? '',
  });
  const { reader = '', writer = '' } = api.details;
  const ours: Side = { url: `${api.details.url}/api/v1`, reader, writer };
  const theirs: Side = { url: bare.details.url ?? '', reader: '', writer: '' };
  const requests: Record<Kind, { of: typeof api; side: Side; next: () => () => object }> = {
    bareReads: { of: bare, side: theirs, next: () => reading(theirs, hazards) },
    reads: { of: api, side: ours, next: () => reading(ours, hazards) },
    bareRows: { of: bare, side: theirs, next: () => () => writing(theirs, '/reports') },
    writes: { of: api, side: ours, next: () => () => writing(ours) },
    bareWrites: { of: bare, side: theirs, next: () => () => writing(theirs) },
  };

  const measure = async (kind: Kind): Promise<Measured> => {
    const { of, side, next } = requests[kind];
    const cpu = () =>
      [cpuSeconds(of.child.pid!), cpuSecondsWithChildren(server.server.pid)] as const;
    const before = cpu();
    const found = await load(side.url, next(), { users, seconds });
    // Seals, events and deliveries follow a report: they are part of its cost, and must be finished
    // before the next measurement.
    const settleSeconds = kind === 'writes' ? await settled(admin) : 0;
    const after = cpu();
    const each = (n: 0 | 1) => ((after[n] - before[n]) * 1000) / Math.max(1, found.answers);
    return { ...found, nodeMs: each(0), postgresMs: each(1), settleSeconds };
  };

  const measured = Object.fromEntries(kinds.map((kind) => [kind, [] as Measured[]])) as Record<
    Kind,
    Measured[]
  >;
  for (let round = 0; round <= rounds; round++) {
    // Autovacuum would do this within minutes: refresh the statistics of tables that were empty.
    if (round === 1) await admin.query('VACUUM ANALYZE');
    for (const kind of kinds) {
      const found = await measure(kind);
      // The first round is the warm-up.
      if (round > 0) measured[kind].push(found);
      const { perSecond, p95, failed, nodeMs, postgresMs } = found;
      note(
        `${round === 0 ? 'warm-up' : `round ${round}`} ${kind}: ${Math.round(perSecond)}/s, p95 ${Math.round(p95)} ms, CPU ${nodeMs.toFixed(2)} + ${postgresMs.toFixed(2)} ms, ${failed} failed`,
      );
    }
  }
  const median = (kind: Kind, of: keyof Measured) =>
    quantile(
      measured[kind].map((one) => one[of]),
      0.5,
    );
  const ratio = (kind: Kind, over: Kind) =>
    quantile(
      measured[kind].map((one, n) => one.perSecond / (measured[over][n]?.perSecond ?? 0)),
      0.5,
    );
  const cpuOf = (kind: Kind) => median(kind, 'nodeMs') + median(kind, 'postgresMs');
  const readRatio = ratio('reads', 'bareReads');
  const writeRatioSameRows = ratio('writes', 'bareRows');
  const failures = Object.values(measured)
    .flat()
    .reduce((sum, one) => sum + one.failed, 0);
  // The same number of users: each sends one request per second, 10 % of them writes.
  const work = await people(ours.url, mixed(ours, hazards), { users, seconds });
  note(`${users} people, one request a second each: p95 ${Math.round(work.p95)} ms`);
  if (values.profile) await showWhere('writes');
  const serialized = await serializing(ours);
  const { p95 } = work;
  const failed = failures + work.failed;
  tell({
    bench: 'api',
    ok: readRatio >= READS && writeRatioSameRows >= WRITES && p95 <= P95_MS && failed === 0,
    figures: {
      hazards,
      users,
      readsPerSecond: median('reads', 'perSecond'),
      bareReadsPerSecond: median('bareReads', 'perSecond'),
      readRatio,
      readP95: median('reads', 'p95'),
      bareReadP95: median('bareReads', 'p95'),
      writesPerSecond: median('writes', 'perSecond'),
      bareRowsPerSecond: median('bareRows', 'perSecond'),
      bareWritesPerSecond: median('bareWrites', 'perSecond'),
      writeRatioSameRows,
      writeRatio: ratio('writes', 'bareWrites'),
      writeP95: median('writes', 'p95'),
      bareRowsP95: median('bareRows', 'p95'),
      bareWriteP95: median('bareWrites', 'p95'),
      writeNodeMs: median('writes', 'nodeMs'),
      writePostgresMs: median('writes', 'postgresMs'),
      bareRowsNodeMs: median('bareRows', 'nodeMs'),
      bareRowsPostgresMs: median('bareRows', 'postgresMs'),
      bareWriteNodeMs: median('bareWrites', 'nodeMs'),
      bareWritePostgresMs: median('bareWrites', 'postgresMs'),
      writeCpuRatioSameRows: cpuOf('bareRows') / cpuOf('writes'),
      settleSeconds: median('writes', 'settleSeconds'),
      ...serialized,
      p95,
      failed,
    },
    ratio: Math.min(readRatio / READS, writeRatioSameRows / WRITES),
    against:
      'bare fastify + pg: 0.5 of its reads (readRatio), 0.3 of its reports with the same rows (writeRatioSameRows); ok is judged by these two. writeRatio is over a bare insert of the hazard alone, as a measure only',
  });

  /** Where the time of one kind of request is spent, in the process and in the database. */
  async function showWhere(kind: Kind): Promise<void> {
    const { of, side, next } = requests[kind];
    await admin.query('SELECT pg_stat_statements_reset()');
    let answers = 0;
    const profile = await profileOf(of.child, async () => {
      ({ answers } = await load(side.url, next(), { users, seconds }));
      await settled(admin);
    });
    showProfile(profile);
    await showStatements(admin, answers);
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  await broker.stop();
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}
process.exit();

function serve(
  file: string,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; details: Record<string, string> }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: [],
    env: { ...process.env, ...env, NODE_ENV: 'production' },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const { kind, details } = message as { kind: string; details: Record<string, string> };
      if (kind === 'ready') resolve({ child, details });
    });
    child.on('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}
