import { DateTime } from 'luxon';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { checkCharacter } from './credit-code.ts';
import { tellOfExpiry } from './expiry.ts';
import type { SupplierView } from './schema.ts';

let site: Site;
let api: RunningApi;
let database: Database;
const zone = 'Asia/Shanghai';
const dayIn = (days: number) => DateTime.now().setZone(zone).plus({ days }).toISODate() as string;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.freshDatabase();
  api = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

async function send<Body = SupplierView>(
  user: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Body }> {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      ...(await api.signIn(user)),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}
interface Refusal {
  code: string;
  reasons: { code: string }[];
  current: SupplierView;
}
const codesOf = (body: object) => (body as Refusal).reasons.map(({ code }) => code);

let count = 0;
const newCode = () => {
  const first17 = `91320499MA9T${10_000 + count++}`;
  return first17 + checkCharacter(first17);
};
/** A supplier with these qualifications; approved where they are enough. */
async function made(kind: string, papers: [string, number, string[]?][]): Promise<SupplierView> {
  const input = { name: `Firm ${count}`, creditCode: newCode(), kind };
  const { status, body } = await send('buyer', 'POST', '/suppliers', input);
  expect([status, body.status]).toEqual([201, 'candidate']);
  let shown = body;
  for (const [paper, days, wastes = []] of papers) {
    const added = await send('buyer', 'POST', `/suppliers/${body.id}/qualifications`, {
      kind: paper,
      number: 'N-1',
      issuer: 'Bureau',
      validFrom: dayIn(-100),
      validUntil: dayIn(days),
      wastes,
    });
    expect(added.status).toBe(201);
    shown = added.body;
  }
  return shown;
}
const setStatus = (one: SupplierView, status: string, user = 'safety') =>
  send(user, 'POST', `/suppliers/${one.id}/status`, {
    version: one.version,
    status,
    reason: 'reviewed',
  });

describe('suppliers', () => {
  it('[SUP-01] are there on the first day, with what ends soon or ended', async () => {
    const { status, body } = await send<{
      items: SupplierView[];
      counts: { expired: number; soon: number; all: number };
    }>('buyer', 'GET', '/suppliers?expiry=expired');
    expect(status).toBe(200);
    expect(body.counts).toMatchObject({ expired: 1, soon: 1 });
    expect(body.items.map(({ expiry, cleared }) => [expiry, cleared])).toEqual([
      ['expired', false],
    ]);
    const all = await send<{ items: { name: string }[]; next: string }>(
      'buyer',
      'GET',
      '/suppliers?limit=2',
    );
    const rest = await send<{ items: { name: string }[] }>(
      'buyer',
      'GET',
      `/suppliers?limit=200&cursor=${all.body.next}`,
    );
    const names = [...all.body.items, ...rest.body.items].map(({ name }) => name);
    expect(new Set(names).size).toBe(body.counts.all);
    const headers = await api.signIn('auditor');
    const sheet = await api.get(
      '/api/v1/suppliers/export?expiry=expired&format=csv&lang=en',
      headers,
    );
    const lines = (await sheet.text()).trim().split('\r\n');
    expect([sheet.status, lines.length]).toEqual([200, 2]);
    expect(lines[1]).toContain('苏安溶剂贸易有限公司');
  });

  it('[SUP-01] [SUP-03] are approved with every qualification that their kind asks for, by someone else', async () => {
    const short = await made('chemicals', [['business-licence', 400]]);
    const refused = await setStatus(short, 'approved');
    expect([refused.status, codesOf(refused.body)]).toEqual([409, ['missing']]);
    expect((await setStatus(short, 'approved', 'buyer')).status).toBe(403);
    const full = await made('chemicals', [
      ['business-licence', 400],
      ['hazchem-licence', 400],
    ]);
    const approved = await setStatus(full, 'approved');
    expect(approved.body).toMatchObject({ status: 'approved', cleared: true });
    const late = await setStatus(full, 'blocked');
    expect([late.status, (late.body as unknown as Refusal).current.status]).toEqual([
      409,
      'approved',
    ]);
    const history = await send<{ items: { action: string }[] }>(
      'auditor',
      'GET',
      `/suppliers/${short.id}/history`,
    );
    expect(history.body.items.map(({ action }) => action)).toEqual(['clearance-refused', 'create']);
  });

  it('[SUP-01] are entered once, with a code that is one', async () => {
    const one = await made('parts', []);
    const again = { name: 'Again', creditCode: one.creditCode, kind: 'parts' };
    expect((await send('buyer', 'POST', '/suppliers', again)).body).toMatchObject({
      code: 'supplier.code-taken',
      supplier: one.id,
    });
    const wrong = { ...again, creditCode: '91330100799655058C' };
    expect((await send('buyer', 'POST', '/suppliers', wrong)).status).toBe(400);
    const strange = { ...again, creditCode: newCode(), kind: 'wizard' };
    expect((await send('buyer', 'POST', '/suppliers', strange)).status).toBe(422);
  });

  it('[SUP-01] tell those who manage them of each end once, also after days without a process', async () => {
    await made('parts', [['business-licence', 30]]);
    const renewed = await made('parts', [
      ['business-licence', -1],
      ['business-licence', 400],
    ]);
    expect(renewed).toMatchObject({ expiry: 'valid', nextExpiry: dayIn(400) });
    const ended = await send<{ items: SupplierView[] }>(
      'buyer',
      'GET',
      '/suppliers?expiry=expired',
    );
    expect(ended.body.items.map(({ id }) => id)).not.toContain(renewed.id);
    const notices: { to: string[]; title: { en: string } }[] = [];
    const parts = {
      units: createUnits({ database, onError: () => {} }),
      notices: { notify: async (_unit: unknown, one: never) => void notices.push(one) },
      timeZone: zone,
    };
    const first = await tellOfExpiry(parts, 'demo');
    expect(first).toBeGreaterThan(2);
    expect(notices.every(({ to }) => to.length > 0)).toBe(true);
    expect(notices.filter(({ title }) => title.en.startsWith(`${renewed.name}:`))).toEqual([]);
    expect(await tellOfExpiry(parts, 'demo')).toBe(0);
    const later = new Date(Date.now() + 90 * 86_400_000);
    expect(await tellOfExpiry(parts, 'demo', later)).toBeGreaterThan(0);
    expect(notices.at(-1)?.title.en).toContain('has ended');
  });
});

interface Lot {
  id: string;
  state: string;
  version: number;
  usable: boolean;
}
const lotOf = (number: string, value?: number) => ({
  number,
  product: 'Solvent',
  quantity: 12.5,
  unit: 'kg',
  deliveredOn: dayIn(0),
  ...(value === undefined
    ? {}
    : { results: [{ item: 'water', value, unit: '%', lower: null, upper: 0.3 }] }),
});

describe('deliveries', () => {
  let supplier: SupplierView;
  beforeAll(async () => {
    supplier = await made('chemicals', [
      ['business-licence', 400],
      ['hazchem-licence', 400],
    ]);
    await setStatus(supplier, 'approved');
  });
  const enter = (number: string, value?: number) =>
    send<Lot>('buyer', 'POST', `/suppliers/${supplier.id}/lots`, lotOf(number, value));
  const decide = (lot: Lot, decision: string, user = 'keeper') =>
    send<Lot>(user, 'POST', `/supplier-lots/${lot.id}/decision`, {
      version: lot.version,
      decision,
    });

  it('[SUP-02] [SUP-03] are released where the tests pass, and by someone who did not test', async () => {
    const failed = await enter('F-1', 0.4);
    const no = await decide(failed.body, 'release');
    expect([no.status, codesOf(no.body)]).toEqual([409, ['test-failed']]);
    expect((await decide(failed.body, 'reject')).body.state).toBe('rejected');
    const untested = await enter('U-1');
    expect(codesOf((await decide(untested.body, 'release')).body)).toEqual(['not-tested']);
    const results = { version: 1, results: [{ item: 'water', value: 0.1, unit: '%', upper: 0.3 }] };
    const tested = await send<Lot>(
      'buyer',
      'POST',
      `/supplier-lots/${untested.body.id}/results`,
      results,
    );
    expect(tested.body.version).toBe(2);
    expect((await decide(untested.body, 'release')).status).toBe(409);
    expect((await decide(tested.body, 'release', 'buyer')).status).toBe(403);
    const released = await decide(tested.body, 'release');
    expect(released.body).toMatchObject({ state: 'released', usable: true });
    expect((await decide(released.body, 'reject')).body).toMatchObject({
      code: 'supplier.lot-decided',
    });
  });

  it('[SUP-02] come from an outside system again without a second row; other data are refused', async () => {
    expect((await enter('X-1', 0.1)).status).toBe(201);
    expect((await enter('X-1', 0.1)).status).toBe(200);
    const other = { ...lotOf('X-1'), quantity: 99 };
    const path = `/suppliers/${supplier.id}/lots`;
    expect((await send('buyer', 'POST', path, other)).body).toMatchObject({
      code: 'supplier.lot-taken',
    });
  });

  it('[SUP-03] of a supplier who lost a qualification are neither taken nor released', async () => {
    const waiting = await enter('W-1', 0.1);
    const [, hazchem] = supplier.qualifications;
    const path = `/suppliers/${supplier.id}/qualifications/${hazchem?.id}`;
    const ended = await send('buyer', 'PATCH', path, { version: 1, validUntil: dayIn(-1) });
    expect(ended.body.cleared).toBe(false);
    const refused = await enter('W-2', 0.1);
    expect([refused.status, codesOf(refused.body)]).toEqual([409, ['expired']]);
    expect(codesOf((await decide(waiting.body, 'release')).body)).toEqual(['expired']);
    const answer = await send<{ cleared: boolean }>(
      'auditor',
      'GET',
      `/suppliers/${supplier.id}/clearance`,
    );
    expect(answer.body.cleared).toBe(false);
  });
});

it('[SUP-04] hazardous waste goes to a disposer whose licence covers it, and to no other', async () => {
  const one = await made('waste-disposer', [
    ['business-licence', 400],
    ['hazardous-waste-licence', 400, ['HW08']],
  ]);
  await setStatus(one, 'approved');
  const hand = (waste: string, user = 'env') =>
    send(user, 'POST', `/suppliers/${one.id}/disposals`, {
      waste,
      quantity: 0.8,
      unit: 't',
      manifestNo: 'M-1',
      handedOn: dayIn(0),
    });
  expect((await hand('HW08')).status).toBe(201);
  const refused = await hand('HW49');
  expect([refused.status, codesOf(refused.body)]).toEqual([409, ['waste']]);
  expect((await hand('HW08', 'buyer')).status).toBe(403);
  const list = await send<{ items: { waste: string }[] }>(
    'env',
    'GET',
    `/suppliers/${one.id}/disposals`,
  );
  expect(list.body.items.map(({ waste }) => waste)).toEqual(['HW08']);
});

it('[SUP-01] [SUP-03] nobody without the duty sees or changes a supplier', async () => {
  for (const user of ['worker.press', 'maintainer']) {
    expect((await send(user, 'GET', '/suppliers')).status, user).toBe(403);
  }
  for (const user of ['keeper', 'env', 'safety', 'manager', 'auditor']) {
    expect((await send(user, 'GET', '/suppliers')).status, user).toBe(200);
    const input = { name: 'x', creditCode: newCode(), kind: 'parts' };
    expect((await send(user, 'POST', '/suppliers', input)).status, user).toBe(403);
  }
  expect((await send('buyer', 'GET', `/suppliers/${ulid()}`)).status).toBe(404);
});
