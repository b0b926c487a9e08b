import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from '../../testing/site.ts';
import { migrateTo } from './migrate.ts';
import { migrationNames } from './migrations.ts';

/** The version from which what was confirmed before has entries. */
const ENTRIES = '20261128111500_safety_entries_of_before';
const person = '01K0000000000000000000W10A';
const reviewer = '01K00000000000000000000002';
const idOf = (n: number) => `01K0000000000000000000000${n}`;

let site: Site;
let owner: pg.Client;

async function under(tenant: string, text: string, values: unknown[] = []) {
  await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
  return owner.query(text, values);
}

/** A violation of before: what it is of, by what, and its verdict. */
async function violation(
  tenant: string,
  n: number,
  changes: { item?: string; rule?: string; status?: string; of?: string | null } = {},
  chosen: string | null = null,
): Promise<void> {
  const { rule = 'missing-ppe', status = 'confirmed', of = person } = changes;
  const item = rule === 'missing-ppe' ? (changes.item ?? 'helmet') : null;
  const identity = {
    state: 'confirmed',
    handle: 'h',
    since: '2026-01-01T00:00:00.000Z',
    reasons: [],
    candidates: [
      { handle: 'other', posterior: 0.1, explanation: { zh: '远', en: 'Far away' } },
      { handle: 'h', posterior: 0.9, explanation: { zh: '近', en: 'Near' } },
    ],
  };
  const basis = of === null ? null : chosen === null ? 'badge' : 'reviewer';
  await under(
    tenant,
    `INSERT INTO violation (tenant_id, id, source, rule, item, rule_id, severity, camera, camera_name, site, zone_name,
       started_at, confirmed_at, confidence, subject, tracks, path, model_name, model_version, status, version, reviewed_by,
       reviewed_by_name, reviewed_at, review_note, identity, person_id, person_basis, person_reason, snapshot_missing_reason,
       review_reason)
     VALUES ($1, $2, 'vision', $3, $4, 'r', 'high', 'hall-west', '{"zh":"西","en":"West"}', 'plant-1', NULL,
       now(), now(), 0.9, 'person', '{}', '[]', 'm', '1', $5, 2, $6, '{"zh":"王","en":"Wang"}', now(), 'seen', $7,
       $8, $10, $9, 'disk-full', $11)`,
    [
      tenant,
      idOf(n),
      rule,
      item,
      status,
      reviewer,
      JSON.stringify(identity),
      of,
      chosen,
      basis,
      status === 'dismissed' ? 'allowed-work' : null,
    ],
  );
  if (of === null) return;
  await under(
    tenant,
    `INSERT INTO violation_candidate (tenant_id, violation_id, handle, person_id) VALUES ($1, $2, 'h', $3)`,
    [tenant, idOf(n), of],
  );
}

beforeAll(async () => {
  site = await openSite();
  const { adminUrl } = await site.freshDatabase([]);
  const names = await migrationNames();
  const at = names.indexOf(ENTRIES);
  await migrateTo(adminUrl, names.slice(0, at));
  owner = new pg.Client({ connectionString: adminUrl });
  await owner.connect();
  for (const tenant of ['demo', 'other']) {
    const name = '{"zh":"厂","en":"Plant"}';
    await owner.query('INSERT INTO tenant (id, name) VALUES ($1, $2)', [tenant, name]);
    await under(
      tenant,
      "INSERT INTO department (tenant_id, id, name, kind) VALUES ($1, 'press', $2, 'other')",
      [tenant, name],
    );
    await under(
      tenant,
      "INSERT INTO person (tenant_id, id, employee_no, name, department_id) VALUES ($1, $2, 'W1', 'x', 'press')",
      [tenant, person],
    );
    await under(tenant, 'INSERT INTO safety_file_setting VALUES ($1, $2)', [
      tenant,
      tenant === 'demo' ? 30 : 20,
    ]);
  }
  await under(
    'demo',
    `INSERT INTO dictionary_entry (tenant_id, dictionary, id, name)
     VALUES ('demo', 'ppe-item', 'visor', '{"zh":"面罩","en":"Own visor"}')`,
  );
  await violation('demo', 1, { item: 'helmet' });
  await violation('demo', 2, { item: 'visor' }, 'told me so');
  await violation('demo', 3, { rule: 'phone-use' });
  await violation('demo', 4, { status: 'dismissed' });
  await violation('demo', 5, { of: null });
  await violation('other', 6, { item: 'visor' });
  await migrateTo(adminUrl, names.slice(at));
});
afterAll(async () => {
  await owner?.end();
  await site?.stop();
});

const entries = async (tenant: string) =>
  (
    await under(
      tenant,
      `SELECT violation_id AS violation, person_id AS person, kind_name AS kind, basis, basis_reason AS reason, posterior,
         explanation, told, reviewer_id AS reviewer, round(extract(epoch FROM object_until - written_at) / 86400)::int AS days
       FROM safety_entry ORDER BY violation_id`,
    )
  ).rows;

describe('what was confirmed of people before there were files', () => {
  it('is in their files, untold, and in those of the own company alone', async () => {
    const near = { posterior: 0.9, explanation: [{ zh: '近', en: 'Near' }] };
    const of = { person, reviewer, told: false, days: 30, ...near };
    const badge = { basis: 'badge', reason: null };
    expect(await entries('demo')).toEqual([
      { violation: idOf(1), kind: { zh: '未穿戴安全帽', en: 'No hard hat' }, ...badge, ...of },
      {
        violation: idOf(2),
        kind: { zh: '未穿戴面罩', en: 'No own visor' },
        basis: 'reviewer',
        reason: 'told me so',
        ...of,
      },
      { violation: idOf(3), kind: { zh: '使用手机', en: 'Phone in use' }, ...badge, ...of },
    ]);
    expect(await entries('other')).toMatchObject([
      { violation: idOf(6), kind: { zh: '未穿戴visor', en: 'No visor' }, days: 20 },
    ]);
  });
});
