import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DatabaseUrls, openSite, type Site, until } from '../../testing/site.ts';
import { systemCaller } from '../access/caller.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createUnits, type Units } from '../db/unit-of-work.ts';
import { anchorsFile, openAnchors, publicKeyFile, readAnchors } from './anchors.ts';
import { SEALED_COLUMNS } from './chain.ts';
import { createSealing, startSealer } from './sealer.ts';
import { verifyAudit } from './verify.ts';

const log = pino({ level: 'silent' });
let site: Site;
let urls: DatabaseUrls;
let database: Database;
let units: Units;
let admin: pg.Client;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.stop());

beforeEach(async () => {
  await database?.close();
  await admin?.end();
  urls = await site.freshDatabase(['demo', 'other']);
  database = openDatabase(urls.appUrl);
  units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
  admin = new pg.Client({ connectionString: urls.superUrl });
  await admin.connect();
});
afterAll(async () => {
  await database?.close();
  await admin?.end();
});

const write = (count: number, tenant = 'demo') =>
  units.run(systemCaller(tenant), async (unit) => {
    for (let i = 0; i < count; i++) {
      const after = { n: i, text: '值 "quoted"\nline' };
      await unit.audit({ action: 'update', entity: 'hazard', id: `h-${i}`, after });
    }
  });

/** Seals until no row is left, as the sealer does. */
async function sealAll(tenant = 'demo'): Promise<void> {
  const sealing = createSealing(database, tenant);
  for (let pass = 0; pass < 3; pass++) while ((await sealing.pass())?.more);
}

/** Tampering by the owner of the tables. */
async function tamper(sql: string): Promise<void> {
  await admin.query(`BEGIN; SET LOCAL session_replication_role = replica;
    SET LOCAL app.tenant = 'demo'; ${sql}; COMMIT`);
}

const seqAt = async (position: number) => {
  const { rows } = await admin.query(
    "SELECT seq FROM audit_seal WHERE tenant_id = 'demo' AND position = $1",
    [position],
  );
  return rows[0].seq as string;
};

describe('sealing', () => {
  it('covers every column of the log, and leaves no row unsealed', async () => {
    const { rows } = await admin.query(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'audit_log'",
    );
    const beside = ['tenant_id', 'seq'];
    expect(rows.map(({ name }) => name).sort()).toEqual([...SEALED_COLUMNS, ...beside].sort());

    await write(12_000);
    await write(3, 'other');
    await sealAll();
    const result = await verifyAudit(database, 'demo');
    expect(result).toMatchObject({ ok: true, sealed: '12000', flaws: [], unsealed: { count: 0 } });
    // Each tenant has its own chain.
    expect(await verifyAudit(database, 'other')).toMatchObject({
      ok: true,
      sealed: '0',
      unsealed: { count: 3 },
    });
  });

  it('seals rows of a transaction that commits after later rows were sealed', async () => {
    const sealing = createSealing(database, 'demo');
    await write(2);
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun: () => void = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.auditLog.create({ data: { tenantId: 'demo', action: 'slow', entity: 'hazard' } });
      begun();
      await held;
    });
    await hasBegun;
    await write(5);
    for (let pass = 0; pass < 4; pass++) await sealing.pass();
    // The slow transaction blocked no other.
    expect((await verifyAudit(database, 'demo')).sealed).toBe('7');
    const settled = async () =>
      (await admin.query("SELECT settled FROM feed_position WHERE tenant_id = 'demo'")).rows[0];
    expect(Number((await settled())?.settled ?? 0)).toBeLessThanOrEqual(2);
    finish();
    await slow;
    await write(1);
    for (let pass = 0; pass < 4; pass++) await sealing.pass();
    const after = await verifyAudit(database, 'demo');
    expect(after).toMatchObject({ ok: true, sealed: '9', unsealed: { count: 0 }, flaws: [] });
    expect(Number((await settled())?.settled)).toBe(9);
    const { rows } = await admin.query(
      "SELECT s.position, l.seq FROM audit_seal s JOIN audit_log l USING (tenant_id, seq) WHERE l.action = 'slow'",
    );
    expect(rows).toEqual([{ position: '8', seq: '3' }]);
  });

  it('works with many writers and two concurrent sealers', async () => {
    const second = openDatabase(urls.appUrl);
    const sealers = [database, second].map((one) =>
      startSealer({ database: one, tenant: 'demo', log }),
    );
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let i = 0; i < 10; i++) await write(5);
      }),
    );
    await until(
      async () => (await verifyAudit(database, 'demo')).sealed === '500',
      'all rows are sealed',
    );
    for (const sealer of sealers) await sealer.close();
    await second.close();
    expect(await verifyAudit(database, 'demo')).toMatchObject({ ok: true, flaws: [] });
  });
});

describe('verification', () => {
  it('[SEC-08] names one changed, one removed and two swapped rows, and no other', async () => {
    await write(300);
    await sealAll();
    const [changed, removed, one, two] = [
      await seqAt(40),
      await seqAt(90),
      await seqAt(150),
      await seqAt(200),
    ];
    await tamper(`UPDATE audit_log SET user_name = 'someone else' WHERE seq = ${changed}`);
    await tamper(`DELETE FROM audit_log WHERE seq = ${removed}`);
    await tamper(`UPDATE audit_log SET seq = -1 WHERE seq = ${one};
      UPDATE audit_log SET seq = ${one} WHERE seq = ${two};
      UPDATE audit_log SET seq = ${two} WHERE seq = -1`);
    const result = await verifyAudit(database, 'demo');
    expect(result.ok).toBe(false);
    expect(result.flaws.map(({ kind, seq, position }) => ({ kind, seq, position }))).toEqual([
      { kind: 'changed', seq: changed, position: '40' },
      { kind: 'removed', seq: removed, position: '90' },
      { kind: 'reordered', seq: one, position: '150' },
      { kind: 'reordered', seq: two, position: '200' },
    ]);
    expect(result.flaws[0]).toMatchObject({ user: 'someone else', entity: 'hazard' });
    expect(result.flaws[2]?.detail).toContain(`row ${two}`);
  });

  it('finds seals that were removed, swapped or rewritten, and rows that bypassed them', async () => {
    await write(50);
    await sealAll();
    await tamper('DELETE FROM audit_seal WHERE position IN (10, 11)');
    const gone = await verifyAudit(database, 'demo');
    expect(gone.flaws.map(({ kind }) => kind).sort()).toEqual([
      'seals-missing',
      'unsealed-row',
      'unsealed-row',
    ]);

    await tamper(`UPDATE audit_seal SET position = 1000 WHERE position = 20;
      UPDATE audit_seal SET position = 20 WHERE position = 30;
      UPDATE audit_seal SET position = 30 WHERE position = 1000`);
    const swapped = await verifyAudit(database, 'demo');
    const places = swapped.flaws.filter(({ kind }) => kind !== 'unsealed-row');
    expect(places.map(({ position }) => Number(position))).toEqual(
      expect.arrayContaining([20, 21, 30, 31]),
    );

    await tamper(
      "INSERT INTO audit_log (tenant_id, seq, action, entity) VALUES ('demo', -5, 'create', 'lie')",
    );
    await sealAll();
    expect((await verifyAudit(database, 'demo')).flaws).toContainEqual(
      expect.objectContaining({ kind: 'unsealed-row', seq: '-5', entity: 'lie' }),
    );
  });

  it('detects a rewritten or truncated chain by external anchors', async () => {
    const folder = await mkdtemp(join(site.folder, 'anchors-'));
    const anchors = openAnchors({ folder, tenant: 'demo', database, log, everyMs: 0 });
    await write(20);
    await sealAll();
    await anchors.keep();
    await anchors.keep();
    const list = await readAnchors(anchorsFile(folder, 'demo'));
    expect(list.map(({ position }) => position)).toEqual(['20']);
    const { readFile } = await import('node:fs/promises');
    const publicKey = await readFile(publicKeyFile(folder), 'utf8');
    const check = () => verifyAudit(database, 'demo', { anchors: { list, publicKey } });
    expect(await check()).toMatchObject({ ok: true, anchors: { checked: 1 } });

    // The owner changes a row and rewrites the whole chain: without an anchor it verifies.
    await tamper("UPDATE audit_log SET user_name = 'x' WHERE seq = 5; DELETE FROM audit_seal");
    await tamper('DELETE FROM feed_position');
    await sealAll();
    expect(await verifyAudit(database, 'demo')).toMatchObject({ ok: true, sealed: '20' });
    expect((await check()).flaws).toMatchObject([{ kind: 'rewritten', position: '20' }]);

    await tamper(
      'DELETE FROM audit_seal WHERE position > 15; DELETE FROM audit_log WHERE seq > 15',
    );
    expect(await verifyAudit(database, 'demo')).toMatchObject({ ok: true, sealed: '15' });
    expect((await check()).flaws).toMatchObject([{ kind: 'cut-off', position: '20' }]);

    const forged = { ...list[0]!, position: '15' };
    await writeFile(join(folder, 'forged'), `${JSON.stringify(forged)}\n`);
    const forgery = { list: await readAnchors(join(folder, 'forged')), publicKey };
    expect((await verifyAudit(database, 'demo', { anchors: forgery })).flaws).toMatchObject([
      { kind: 'bad-anchor' },
    ]);
  });
});
