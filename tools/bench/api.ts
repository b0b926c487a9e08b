import { type ChildProcess, fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { ulid } from 'ulid';
import { startBroker } from '../../api/src/embedded/broker.ts';
import { startDatabase } from '../../api/src/embedded/database.ts';
import { migrate } from '../../api/src/platform/migrate.ts';
import { fillHazards } from './api-rows.ts';
import { people } from './people.ts';
import { note, quantile, tell } from './result.ts';

/*
 * Reads (the list of 50 and single hazards, in turns) and writes (reports) through the whole API,
 * over a bare handler with the same queries, tables, indexes and number of connections. Both servers
 * are processes of their own; they take turns, so that a noisy neighbour meets both.
 */
const { values } = parseArgs({
  options: {
    hazards: { type: 'string', default: '100000' },
    users: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
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

interface Load {
  perSecond: number;
  p95: number;
  failed: number;
}

const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-api-'));
await chmod(folder, 0o755);
const children: ChildProcess[] = [];
const server = await startDatabase({ folder: join(folder, 'postgres') });
const broker = await startBroker({});
try {
  await migrate(server.adminUrl, server.appUrl, { id: 'demo', name: { zh: 'demo', en: 'demo' } });
  const api = await serve('api-serve.ts', {
    BENCH_FOLDER: folder,
    BENCH_BROKER: broker.url,
    BENCH_DATABASE: server.appUrl,
  });
  await fillHazards(server.adminUrl, hazards);
  note(`${hazards} hazards are written`);
  const bare = await serve('api-bare.ts', { BENCH_DATABASE: server.adminUrl });
  const target = {
    api: { url: `${api.url}/api/v1`, reader: api.reader ?? '', writer: api.writer ?? '' },
    bare: { url: bare.url ?? '', reader: '', writer: '' },
  };
  const loads: Record<string, Load[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const side of ['bare', 'api'] as const) {
      for (const kind of ['reads', 'writes'] as const) {
        const load = await (kind === 'reads' ? read : write)(target[side]);
        // The first round warms both up.
        if (round > 0) loads[`${side}.${kind}`] = [...(loads[`${side}.${kind}`] ?? []), load];
        note(
          `${round === 0 ? 'warm-up' : `round ${round}`} ${side} ${kind}: ${Math.round(load.perSecond)}/s, p95 ${Math.round(load.p95)} ms, ${load.failed} failed`,
        );
      }
    }
  }
  const median = (key: string, of: keyof Load) =>
    quantile(
      (loads[key] ?? []).map((one) => one[of]),
      0.5,
    );
  const reads = median('api.reads', 'perSecond') / median('bare.reads', 'perSecond');
  const writes = median('api.writes', 'perSecond') / median('bare.writes', 'perSecond');
  const failed = Object.values(loads)
    .flat()
    .reduce((sum, one) => sum + one.failed, 0);
  // The same number of people at work: each asks once a second, one time in ten to write.
  const work = await people(target.api.url, mixed(target.api), { users, seconds });
  note(`${users} people, one request a second each: p95 ${Math.round(work.p95)} ms`);
  const { p95 } = work;
  tell({
    bench: 'api',
    ok: reads >= READS && writes >= WRITES && p95 <= P95_MS && failed + work.failed === 0,
    figures: {
      hazards,
      users,
      readsPerSecond: median('api.reads', 'perSecond'),
      bareReadsPerSecond: median('bare.reads', 'perSecond'),
      readRatio: reads,
      readP95: median('api.reads', 'p95'),
      bareReadP95: median('bare.reads', 'p95'),
      writesPerSecond: median('api.writes', 'perSecond'),
      bareWritesPerSecond: median('bare.writes', 'perSecond'),
      writeRatio: writes,
      writeP95: median('api.writes', 'p95'),
      bareWriteP95: median('bare.writes', 'p95'),
      p95,
      failed: failed + work.failed,
    },
    ratio: Math.min(reads / READS, writes / WRITES),
    against: 'bare fastify + pg with the same queries: 0.5 of its reads, 0.3 of its writes',
  });
} finally {
  for (const child of children) child.kill('SIGKILL');
  await broker.stop();
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}
process.exit();

function serve(file: string, env: Record<string, string>): Promise<Record<string, string>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env, NODE_ENV: 'production' },
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const { kind, details } = message as { kind: string; details: Record<string, string> };
      if (kind === 'ready') resolve(details);
    });
    child.on('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

interface Side {
  url: string;
  reader: string;
  writer: string;
}

function read(side: Side): Promise<Load> {
  return load(side.url, reading(side));
}

function write(side: Side): Promise<Load> {
  return load(side.url, () => writing(side));
}

/** The list and single hazards in turns. */
function reading({ url, reader }: Side): () => autocannon.Request {
  let turn = 0;
  return () => {
    const n = 1 + Math.floor(Math.random() * hazards);
    const single = turn++ % 2 === 1 ? `/01KB${String(n).padStart(22, '0')}` : '';
    return { method: 'GET', path: pathOf(url) + single, headers: bearer(reader) };
  };
}

function writing({ url, writer }: Side): autocannon.Request {
  return {
    method: 'POST',
    path: pathOf(url),
    headers: { 'content-type': 'application/json', ...bearer(writer) },
    body: JSON.stringify({
      id: ulid(),
      type: 'fire',
      description: 'An extinguisher is missing',
      site: 'changzhou-1',
      areaId: 'press-line',
      foundAt: new Date().toISOString(),
    }),
  };
}

function mixed(side: Side): () => autocannon.Request {
  const next = reading(side);
  let turn = 0;
  return () => (turn++ % 10 === 0 ? writing(side) : next());
}

function pathOf(url: string): string {
  return `${new URL(url).pathname.replace(/\/$/, '')}/hazards`;
}

function bearer(token: string): Record<string, string> {
  return token ? { authorization: token } : {};
}

function load(url: string, next: () => autocannon.Request): Promise<Load> {
  const times: number[] = [];
  let failed = 0;
  return new Promise((resolve, reject) => {
    const run = autocannon(
      {
        url,
        connections: users,
        duration: seconds,
        timeout: 30,
        requests: [{ setupRequest: (request) => ({ ...request, ...next() }) }],
      },
      (error, result) => {
        if (error) return reject(error);
        resolve({
          perSecond: times.length / result.duration,
          p95: quantile(times, 0.95),
          failed: failed + result.errors,
        });
      },
    );
    run.on('response', (_client, status, _bytes, ms) => {
      if (status >= 400) failed++;
      times.push(ms);
    });
  });
}
