import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import pino from 'pino';
import { startDatabase } from '../../api/src/embedded/database.ts';
import type { Caller } from '../../api/src/platform/access/caller.ts';
import { createSealing, startSealer } from '../../api/src/platform/audit/sealer.ts';
import { verifyAudit } from '../../api/src/platform/audit/verify.ts';
import { openDatabase } from '../../api/src/platform/db/database.ts';
import { migrate } from '../../api/src/platform/db/migrate.ts';
import { createUnits } from '../../api/src/platform/db/unit-of-work.ts';
import { note, tell } from './result.ts';

/*
 * Fifty users write at once, each request one row and its audit rows in one transaction, while the
 * sealer chains the audit rows. The same writes without the chain, and without any audit rows, are
 * measured alternately. Then the table owner changes one audit row, removes one and swaps two.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    users: { type: 'string', default: '50' },
    lines: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '4' },
  },
});
const [rows, users, lines, rounds] = [values.rows, values.users, values.lines, values.rounds].map(
  Number,
) as [number, number, number, number];
/** The baseline rounds have this share of the size of the chained one. */
const SHARE = 0.1;
/** The chain must cost writers almost nothing: they do not wait for it. */
const TARGET = 0.7;

const folder = await mkdtemp(join(tmpdir(), 'anshi-bench-audit-'));
await chmod(folder, 0o755);
const server = await startDatabase({ folder: join(folder, 'postgres') });
const log = pino({ level: 'silent' });
// `bare` has no sealer: its rows are not chained.
const [tenant, bare] = ['bench', 'bare'];
for (const id of [tenant, bare]) {
  await migrate(server.adminUrl, server.appUrl, { id, name: { zh: id, en: id } });
}
const database = openDatabase(server.appUrl, { connections: 20 });
const units = createUnits({
  database,
  onError: (error) => {
    throw error;
  },
});

const callerOf = (of: string, user: number): Caller => ({
  tenant: of,
  account: {
    tenant: of,
    id: `user-${user}`,
    username: `user-${user}`,
    displayName: { zh: `用户${user}`, en: `User ${user}` },
    roles: [],
    permissions: new Map(),
    person: null,
    site: null,
    department: null,
    departments: [],
  },
  address: `10.0.0.${user % 250}`,
  requestId: `request-${user}`,
});

let made = 0;
/** Requests of all users at once; @returns seconds. */
async function write(of: string, requests: number, withLines: boolean): Promise<number> {
  let left = requests;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      const caller = callerOf(of, user);
      while (left-- > 0) {
        const first = made;
        made += lines;
        const ids = Array.from({ length: lines }, (_, i) => `h-${first + i}`);
        await units.run(caller, async (unit) => {
          await unit.tx.area.createMany({
            data: ids.map((id) => ({
              tenantId: of,
              id,
              site: 's',
              name: { zh: id },
              kind: 'other',
            })),
          });
          if (!withLines) return;
          for (const id of ids) {
            const after = { title: '通道堵塞', level: 'general', version: 1, site: 's' };
            await unit.audit({ action: 'create', entity: 'area', id, after });
          }
        });
      }
    }),
  );
  return (performance.now() - began) / 1000;
}

const spent = { chained: 0, unchained: 0, none: 0 };
let requests = 0;
let lag = 0;
try {
  await write(bare, 300, true);
  const each = Math.ceil(rows / lines / rounds);
  for (let round = 1; round <= rounds; round++) {
    spent.none += await write(bare, Math.ceil(each * SHARE), false);
    spent.unchained += await write(bare, Math.ceil(each * SHARE), true);
    const sealer = startSealer({ database, tenant, log });
    spent.chained += await write(tenant, each, true);
    requests += each;
    lag = Math.max(lag, await untilSealed(requests * lines));
    await sealer.close();
    note(`round ${round} of ${rounds}: ${requests * lines} chained lines`);
  }
  const share = (requests * SHARE) / requests;
  const rate = (seconds: number, part: number) => (requests * lines * part) / seconds;
  const chained = rate(spent.chained, 1);
  const unchained = rate(spent.unchained, share);
  const none = rate(spent.none, share);

  const backlog = await sealBacklog();
  const whole = await verifyAudit(database, tenant);
  const places = await tamper(requests * lines);
  const broken = await verifyAudit(database, tenant);
  const found = places.filter(({ kind, position }) =>
    broken.flaws.some((flaw) => flaw.kind === kind && flaw.position === position),
  ).length;
  const falseAlarms = whole.flaws.length + broken.flaws.length - found;
  for (const flaw of broken.flaws)
    note(`${flaw.kind} at position ${flaw.position}, row ${flaw.seq}`);
  tell({
    bench: 'audit',
    ok:
      found === places.length &&
      falseAlarms === 0 &&
      whole.sealed === String(requests * lines) &&
      whole.unsealed.count === 0 &&
      chained / unchained >= TARGET,
    figures: {
      rows: requests * lines,
      rowsPerSecond: chained,
      rowsPerSecondUnchained: unchained,
      ratioToNoLines: chained / none,
      sealLagMs: lag,
      sealRowsPerSecond: backlog,
      verifyRowsPerSecond: Number(whole.sealed) / whole.seconds,
      found,
      tampered: places.length,
      falseAlarms,
    },
    ratio: chained / unchained,
    against: 'the same writes and lines without the chain',
  });
} finally {
  await database.close();
  await server.stop('immediate');
  await rm(folder, { recursive: true, force: true });
}

/** @returns milliseconds until the last written row is sealed. */
async function untilSealed(count: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const sealed = await database.transaction({ tenant, user: null }, (tx) => tx.auditSeal.count());
    if (sealed === count) return performance.now() - began;
    if (performance.now() - began > 60_000)
      throw new Error(`only ${sealed} of ${count} are sealed`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Seals what is unsealed under the other tenant; @returns rows per second. */
async function sealBacklog(): Promise<number> {
  const sealing = createSealing(database, bare);
  const began = performance.now();
  let taken = 0;
  for (let done = await sealing.pass(); done?.taken; done = await sealing.pass())
    taken += done.taken;
  return (taken * 1000) / (performance.now() - began);
}

/** As the table owner, who can disable the triggers. */
async function tamper(count: number): Promise<{ kind: string; position: string }[]> {
  const owner = new pg.Client({ connectionString: server.superUrl });
  await owner.connect();
  const [changed, removed, one, two] = [0.1, 0.4, 0.6, 0.9].map((at) => Math.floor(count * at));
  try {
    await owner.query('SET session_replication_role = replica');
    await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
    const seqAt = async (position: number | undefined) =>
      (
        await owner.query('SELECT seq FROM audit_seal WHERE tenant_id = $1 AND position = $2', [
          tenant,
          position,
        ])
      ).rows[0].seq;
    await owner.query("UPDATE audit_log SET after = '{}' WHERE seq = $1", [await seqAt(changed)]);
    await owner.query('DELETE FROM audit_log WHERE seq = $1', [await seqAt(removed)]);
    const [a, b] = [await seqAt(one), await seqAt(two)];
    await owner.query('UPDATE audit_log SET seq = 0 WHERE seq = $1', [a]);
    await owner.query('UPDATE audit_log SET seq = $1 WHERE seq = $2', [a, b]);
    await owner.query('UPDATE audit_log SET seq = $1 WHERE seq = 0', [b]);
  } finally {
    await owner.end();
  }
  return [
    { kind: 'changed', position: String(changed) },
    { kind: 'removed', position: String(removed) },
    { kind: 'reordered', position: String(one) },
    { kind: 'reordered', position: String(two) },
  ];
}
