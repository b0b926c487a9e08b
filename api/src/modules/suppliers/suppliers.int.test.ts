import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { obligationActs } from '../../testing/obligations.ts';
import { codesOf, dayIn, newCode, supplierActs } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import type { SupplierView } from './schema.ts';

const used = useApi();
const acts = supplierActs(used);
const { look, casesOf, noticesOf } = obligationActs(used);
const { send, made, approved, setStatus, addPaper, enter, addResults, decide, setLimit } = acts;
interface List {
  items: SupplierView[];
  next: string;
  counts: { expired: number; soon: number; all: number };
}

describe('suppliers', () => {
  it('[SUP-01] are there on the first day, with what ends soon or ended', async () => {
    const { status, body } = await send<List>('buyer', 'GET', '/suppliers?expiry=expired');
    expect(status).toBe(200);
    expect(body.counts).toMatchObject({ expired: 1, soon: 1 });
    const states = body.items.map(({ expiry, cleared }) => [expiry, cleared]);
    expect(states).toEqual([['expired', false]]);
    const all = await send<List>('buyer', 'GET', '/suppliers?limit=2');
    const path = `/suppliers?limit=200&cursor=${all.body.next}`;
    const rest = await send<List>('buyer', 'GET', path);
    const names = [...all.body.items, ...rest.body.items].map(({ name }) => name);
    expect(new Set(names).size).toBe(body.counts.all);
    const headers = await used.api.signIn('auditor');
    const sheet = await used.api.get(
      '/api/v1/suppliers/export?expiry=expired&format=csv&lang=en',
      headers,
    );
    const lines = (await sheet.text()).trim().split('\r\n');
    expect([sheet.status, lines.length]).toEqual([200, 2]);
    expect(lines[1]).toContain('苏安溶剂贸易有限公司');
  });

  it('[SUP-01] [SUP-03] are approved with every qualification that their kind asks for, by someone else', async () => {
    const short = await made('chemicals', [['business-licence']]);
    const refused = await setStatus(short, 'approved');
    expect([refused.status, codesOf(refused)]).toEqual([409, ['missing']]);
    expect((await setStatus(short, 'approved', 'buyer')).status).toBe(403);
    const full = await made('chemicals', [['business-licence'], ['hazchem-licence']]);
    const done = await setStatus(full, 'approved');
    expect(done.body).toMatchObject({ status: 'approved', cleared: true });
    const late = await setStatus(full, 'blocked');
    expect([late.status, late.body]).toMatchObject([409, { current: { status: 'approved' } }]);
  });

  it('[SUP-01] have a history with what belongs to them', async () => {
    const one = await made('parts', [['business-licence']]);
    await setStatus(one, 'approved');
    await enter(one, 'H-1');
    const path = `/suppliers/${one.id}/history`;
    const { body } = await send<{ items: { action: string; text: { en: string } }[] }>(
      'auditor',
      'GET',
      path,
    );
    const texts = body.items.map(({ text }) => text.en.replace(/ \(.*/, '').replace(/^\S+ /, ''));
    expect(texts).toHaveLength(5);
    expect(texts[0]).toContain('delivery H-1');
    expect(texts.at(-2)).toContain('qualification of a supplier N-1');
    expect(body.items.map(({ action }) => action)).toContain('set-status');
  });

  it('[SUP-01] are entered once, with a valid code', async () => {
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

  it('[SUP-01] notify managers of each expiry once, also after downtime', async () => {
    await made('parts', [['business-licence', 30]]);
    const renewed = await approved('parts', [
      ['business-licence', -1],
      ['business-licence', 400],
    ]);
    expect(renewed).toMatchObject({ expiry: 'valid', nextExpiry: dayIn(400) });
    const ended = await send<List>('buyer', 'GET', '/suppliers?expiry=expired');
    expect(ended.body.items.map(({ id }) => id)).not.toContain(renewed.id);
    await send('safety', 'POST', `/suppliers/${renewed.id}/status`, {
      version: renewed.version,
      status: 'suspended',
      reason: 'waits',
    });
    await look();
    await look();
    // The one that was renewed waits for its own end; nothing is told of the old one.
    expect(await casesOf('buyer', `subject=supplier:${renewed.id}`)).toMatchObject([
      { dueOn: dayIn(400), state: 'planned' },
    ]);
    const soon = await approved('parts', [['business-licence', 30]]);
    await look();
    await look();
    const [one] = await casesOf('buyer', `subject=supplier:${soon.id}`);
    const told = await noticesOf(one!.id);
    expect(told.map(({ title, link }) => [title.en, link])).toEqual([
      [`${soon.name}: Business licence ends soon`, `/obligations/${one!.id}`],
    ]);
    expect(told.every(({ recipients }) => recipients.length > 0)).toBe(true);
    await look(new Date(Date.now() + 33 * 86_400_000));
    expect((await noticesOf(one!.id)).at(-1)?.title.en).toContain('has ended');
    expect(await noticesOf(one!.id)).toHaveLength(2);
  });

  it('[SUP-01] owe the end of each qualification, which moves, is renewed, and is closed with them', async () => {
    const one = await approved('parts', [['business-licence', 20]]);
    const due = () =>
      casesOf('buyer', `subject=supplier:${one.id}&state=upcoming,planned,due,done,closed`);
    const paper = one.qualifications[0]!;
    const path = `/suppliers/${one.id}/qualifications/${paper.id}`;
    const shorter = await send('buyer', 'PATCH', path, {
      version: paper.version,
      validUntil: dayIn(12),
    });
    expect(shorter.status).toBe(200);
    expect(await due()).toMatchObject([{ dueOn: dayIn(12), movedFrom: dayIn(20) }]);
    const added = (await addPaper(one, ['business-licence', 500])).body;
    // It waits for its confirmation, and so does the end of the case.
    expect(await due()).toMatchObject([{ dueOn: dayIn(12) }]);
    const waiting = added.qualifications.find(({ state }) => state === 'unconfirmed')!;
    await send('safety', 'POST', `/suppliers/${one.id}/qualifications/${waiting.id}/confirmation`, {
      version: 1,
    });
    expect(await due()).toMatchObject([
      { dueOn: dayIn(12), state: 'done', doneOn: dayIn(0) },
      { dueOn: dayIn(500), state: 'planned' },
    ]);
    const now = (await send('buyer', 'GET', `/suppliers/${one.id}`)).body;
    await setStatus(now, 'blocked');
    expect((await due()).map(({ state }) => state)).toEqual(['done', 'closed']);
  });
});

describe('qualifications of an approved supplier', () => {
  const papersOf = ({ id }: SupplierView) => `/suppliers/${id}/qualifications`;

  it('[SUP-01] [SUP-03] count once someone who approves suppliers has confirmed them', async () => {
    const one = await approved('parts', [['business-licence', 20]]);
    const renewed = (await addPaper(one, ['business-licence', 500])).body;
    // The old one counts to its end; the new one waits.
    expect(renewed).toMatchObject({ expiry: 'soon', nextExpiry: dayIn(20), cleared: true });
    const paper = renewed.qualifications.find(({ state }) => state === 'unconfirmed')!;
    const path = `${papersOf(one)}/${paper.id}/confirmation`;
    expect((await send('buyer', 'POST', path, { version: 1 })).status).toBe(403);
    const seen = await send('safety', 'GET', `/suppliers/${one.id}`);
    expect(seen.body.qualifications.map(({ mayConfirm }) => mayConfirm)).toEqual([false, true]);
    const told = await send<{ items: { kind: string }[] }>('safety', 'GET', '/notices');
    expect(told.body.items.map(({ kind }) => kind)).toContain('supplier.confirmation');
    const confirmed = await send('safety', 'POST', path, { version: 1 });
    expect(confirmed.body).toMatchObject({ expiry: 'valid', nextExpiry: dayIn(500) });
  });

  it('[SUP-03] are ended by purchasing, and extended by a new one only', async () => {
    const one = await approved('parts', [['business-licence', 20]]);
    const path = `${papersOf(one)}/${one.qualifications[0]!.id}`;
    const change = (version: number, given: object) =>
      send('buyer', 'PATCH', path, { version, ...given });
    for (const wider of [{ validUntil: dayIn(500) }, { validUntil: null }, { number: 'N-2' }]) {
      const refused = await change(1, wider);
      expect([refused.status, refused.body.code]).toEqual([409, 'supplier.renewal-needed']);
    }
    expect((await change(1, { validUntil: dayIn(10) })).body.nextExpiry).toBe(dayIn(10));
    expect((await change(2, { revoked: true })).body.cleared).toBe(false);
    expect((await change(3, { revoked: false })).body.code).toBe('supplier.renewal-needed');
  });
});

describe('deliveries', () => {
  let supplier: SupplierView;
  beforeAll(async () => {
    supplier = await approved('chemicals', [['business-licence'], ['hazchem-licence']]);
    expect((await setLimit(0.3)).status).toBe(200);
  });

  it('[SUP-02] [SUP-03] are released where the tests pass, and by someone who did not test', async () => {
    const failed = await enter(supplier, 'F-1', [0.4]);
    const no = await decide(failed.body, 'release');
    expect([no.status, codesOf(no)]).toEqual([409, ['test-failed']]);
    expect((await decide(failed.body, 'reject')).body.state).toBe('rejected');
    const untested = (await enter(supplier, 'U-1')).body;
    expect(codesOf(await decide(untested, 'release'))).toEqual(['not-tested']);
    const tested = (await addResults(untested, [0.1])).body;
    expect(tested.version).toBe(2);
    expect((await decide(untested, 'release')).status).toBe(409);
    expect((await decide(tested, 'release', { user: 'buyer' })).status).toBe(403);
    const released = await decide(tested, 'release');
    expect(released.body).toMatchObject({ state: 'released', usable: true });
    expect((await decide(released.body, 'reject')).body.code).toBe('supplier.lot-decided');
  });

  it('[SUP-02] [SUP-03] keep a failed result in sight, and are released after it with a reason', async () => {
    const failed = (await enter(supplier, 'G-1', [0.9])).body;
    const again = (await addResults(failed, [0.2])).body;
    expect(again).toMatchObject({ needsReason: true, reasons: [] });
    expect(again.results.map(({ passed, replaced }) => [passed, replaced])).toEqual([
      [false, true],
      [true, false],
    ]);
    expect((await decide(again, 'release')).body.code).toBe('supplier.reason-needed');
    const reason = 'sampled anew, the first bottle was open';
    const released = await decide(again, 'release', { reason });
    expect(released.body).toMatchObject({ state: 'released', reason });
    expect(released.body.results[0]).toMatchObject({ value: 0.9, passed: false });
  });

  it('[SUP-02] [SUP-03] are held against limits that those who test do not set', async () => {
    const own = await enter(supplier, 'O-1', [], {
      results: [{ item: 'water', value: 0.9, unit: '%', upper: 1 }],
    });
    expect(own.status).toBe(400);
    expect((await setLimit(1, { version: 1 }, 'buyer')).status).toBe(403);
    const ppm = await enter(supplier, 'O-2', [], {
      results: [{ item: 'water', value: 0.9, unit: 'ppm' }],
    });
    expect(codesOf(await decide(ppm.body, 'release'))).toEqual(['no-limit']);
    const released = await decide((await enter(supplier, 'O-3', [0.25])).body, 'release');
    const narrower = await setLimit(0.2, { version: 1 });
    expect(narrower.body.version).toBe(2);
    expect((await setLimit(9, { version: 1 })).status).toBe(409);
    const later = await enter(supplier, 'O-4', [0.25]);
    expect(later.body.reasons.map(({ code }) => code)).toEqual(['test-failed']);
    const list = await send<{ items: object[] }>('keeper', 'GET', '/supplier-lots?limit=200');
    const kept = list.body.items.find((one) => 'id' in one && one.id === released.body.id);
    // What was decided keeps the limits of then.
    expect(kept).toMatchObject({ usable: true, results: [{ upper: 0.3, passed: true }] });
    await setLimit(0.3, { version: 2 });
  });

  it('[SUP-02] come from an outside system again without a second row; other data are refused', async () => {
    expect((await enter(supplier, 'X-1', [0.1])).status).toBe(201);
    expect((await enter(supplier, 'X-1', [0.1])).status).toBe(200);
    const other = await enter(supplier, 'X-1', [], { quantity: 99 });
    expect(other.body.code).toBe('supplier.lot-taken');
  });

  it('[SUP-03] of a supplier who lost a qualification are neither taken nor released', async () => {
    const waiting = await enter(supplier, 'W-1', [0.1]);
    const [, hazchem] = supplier.qualifications;
    const path = `/suppliers/${supplier.id}/qualifications/${hazchem?.id}`;
    const { version } = hazchem!;
    const ended = await send('buyer', 'PATCH', path, { version, validUntil: dayIn(-1) });
    expect(ended.body.cleared).toBe(false);
    const refused = await enter(supplier, 'W-2', [0.1]);
    expect([refused.status, codesOf(refused)]).toEqual([409, ['expired']]);
    expect(codesOf(await decide(waiting.body, 'release'))).toEqual(['expired']);
    const answer = await send<{ cleared: boolean }>(
      'auditor',
      'GET',
      `/suppliers/${supplier.id}/clearance`,
    );
    expect(answer.body.cleared).toBe(false);
  });
});

it('[SUP-04] hazardous waste goes to a disposer whose licence covers it, and to no other', async () => {
  const one = await approved('waste-disposer', [
    ['business-licence'],
    ['hazardous-waste-licence', 400, ['HW08']],
  ]);
  const path = `/suppliers/${one.id}/disposals`;
  const about = { quantity: 0.8, unit: 't', manifestNo: 'M-1', handedOn: dayIn(0) };
  const hand = (waste: string, user = 'env') => send(user, 'POST', path, { waste, ...about });
  expect((await hand('HW08')).status).toBe(201);
  const refused = await hand('HW49');
  expect([refused.status, codesOf(refused)]).toEqual([409, ['waste']]);
  expect((await hand('HW08', 'buyer')).status).toBe(403);
  const list = await send<{ items: { waste: string }[] }>('env', 'GET', path);
  expect(list.body.items).toMatchObject([{ waste: 'HW08', quantity: 0.8, handedOn: dayIn(0) }]);
});

it('[SUP-01] [SUP-03] accounts without the permission cannot see or change suppliers', async () => {
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
