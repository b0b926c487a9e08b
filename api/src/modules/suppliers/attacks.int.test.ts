import { expect, it } from 'vitest';
import { codesOf, dayIn, newCode, supplierActs } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import type { LotView } from './schema.ts';

/** Attacks on the gate: concurrent requests, invalid input, other data. */
const used = useApi({ processes: 2 });
const { send, approved, enter, addResults, decide, setLimit } = supplierActs(used);
const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();

it('[SUP-02] two processes that create the same record concurrently create one, and neither fails', async () => {
  const { api, other } = used;
  const parts = await approved('parts', [['business-licence']]);
  await other.signIn('buyer');
  const lot = { product: 'Bolt', quantity: 1, unit: 'kg', deliveredOn: dayIn(0) };
  for (let n = 0; n < 5; n++) {
    const input = { name: `Twin ${n}`, creditCode: newCode(), kind: 'parts' };
    const fourTimes = (path: string, body: object) =>
      Promise.all([api, other, api, other].map((at) => at.send('buyer', 'POST', path, body)));
    expect(statusesOf(await fourTimes('/suppliers', input))).toEqual([201, 409, 409, 409]);
    const lots = await fourTimes(`/suppliers/${parts.id}/lots`, { number: `T-${n}`, ...lot });
    expect(statusesOf(lots)).toEqual([200, 200, 200, 201]);
  }
});

it('[SUP-02] results that differ from those on record are refused, not dropped', async () => {
  const one = await approved('parts', [['business-licence']]);
  const again = (values: number[]) => enter(one, 'R-1', values, { quantity: 0.1 + 0.2 });
  const first = await again([0.1]);
  expect(first.status).toBe(201);
  expect((await addResults(first.body, [0.2])).status).toBe(200);
  // What was sent first is on record, also after more came.
  expect((await again([0.1])).status).toBe(200);
  for (const values of [[0.9], [0.1, 0.9]]) {
    const answer = await again(values);
    expect([answer.status, answer.body.code]).toEqual([409, 'supplier.lot-taken']);
  }
});

it('[SUP-03] the results and the release of a delivery cannot pass each other', async () => {
  const one = await approved('parts', [['business-licence']]);
  for (let n = 0; n < 5; n++) {
    const entered = await enter(one, `V-${n}`);
    const results = [{ item: 'water', value: 0.9, unit: '%' }];
    const path = `/supplier-lots/${entered.body.id}/results`;
    const [added, release] = await Promise.all([
      used.other.send('buyer', 'POST', path, { version: 1, results }),
      decide(entered.body, 'release'),
    ]);
    expect(statusesOf([added, release])).toEqual([200, 409]);
    const lots = `/supplier-lots?supplier=${one.id}`;
    const list = await send<{ items: LotView[] }>('keeper', 'GET', lots);
    expect(list.body.items.find(({ id }) => id === entered.body.id)).toMatchObject(
      release.status === 200
        ? { state: 'released', results: [] }
        : { state: 'waiting', usable: false },
    );
  }
});

it('[SUP-03] another kind or another company has to be approved again', async () => {
  const one = await approved('chemicals', [['business-licence'], ['hazchem-licence']]);
  const path = `/suppliers/${one.id}`;
  const change = (version: number, given: object) =>
    send('buyer', 'PATCH', path, { version, ...given });
  const renamed = await change(one.version, { name: 'Renamed' });
  expect(renamed.body).toMatchObject({ status: 'approved', cleared: true });
  for (const given of [{ kind: 'parts' }, { creditCode: newCode() }]) {
    const { body: before } = await send('buyer', 'GET', path);
    const changed = await change(before.version, given);
    expect(changed.body).toMatchObject({ status: 'candidate', cleared: false });
    const delivery = await enter(one, 'K-1');
    expect([delivery.status, codesOf(delivery)]).toEqual([409, ['status']]);
    const again = { version: changed.body.version, status: 'approved', reason: 'again' };
    await send('safety', 'POST', `${path}/status`, again);
  }
});

it('[SUP-03] a dictionary that does not say what a kind needs closes the gate', async () => {
  const one = await approved('chemicals', [['business-licence'], ['hazchem-licence']]);
  const path = '/dictionaries/supplier-kind/chemicals';
  const name = { zh: '危险化学品', en: 'Hazardous chemicals' };
  const clearance = () => send('auditor', 'GET', `/suppliers/${one.id}/clearance`);
  const wrong = [{}, { requires: 'nothing' }, { requires: [[]] }, { requires: ['x'] }];
  for (const data of [...wrong, { requires: [['business-licence', 7]] }]) {
    expect((await send('admin', 'PUT', path, { name, data })).status).toBe(200);
    const answer = await clearance();
    expect([answer.body.cleared, codesOf(answer)]).toEqual([false, ['kind']]);
  }
  await send('admin', 'PUT', path, { name, data: { requires: [], testsRequired: 'yes' } });
  expect((await clearance()).body.cleared).toBe(true);
  // What is neither true nor false asks for tests.
  expect((await enter(one, 'D-1')).body.reasons?.map(({ code }) => code)).toEqual(['not-tested']);
});

it('[SUP-03] a limit that a tester set does not count for what they tested', async () => {
  const one = await approved('parts', [['business-licence']]);
  const { status, body: limit } = await setLimit(0.3);
  expect(status).toBe(200);
  const lot = (await enter(one, 'L-1', [0.1])).body;
  expect(lot.reasons).toEqual([]);
  // As if one person had held both duties one after the other.
  await used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const { testedBy } = await tx.supplierLot.findFirstOrThrow({ where: { id: lot.id } });
    await tx.supplierLimit.updateMany({ where: { id: limit.id }, data: { setBy: testedBy[0]! } });
  });
  expect(codesOf(await decide(lot, 'release'))).toEqual(['no-limit']);
  expect((await send('safety', 'DELETE', `/supplier-limits/${limit.id}`)).status).toBe(204);
});

it('[SUP-03] one person cannot loosen a limit and release what failed it', async () => {
  const one = await approved('parts', [['business-licence']]);
  expect((await setLimit(0.3, { product: 'Thinner' })).status).toBe(200);
  const entered = await enter(one, 'N-1', [0.4], { product: 'Thinner' });
  const lot = entered.body;
  expect(lot.reasons.map(({ code }) => code)).toEqual(['test-failed']);
  expect((await setLimit(0.5, { product: 'Thinner', version: 1 })).status).toBe(200);
  const limits = { where: { product: 'Thinner' } } as const;
  // As if the person who releases had set the limit, and had held the duty for it before.
  const setAs = (username: string) =>
    used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const { id: setBy } = await tx.appUser.findFirstOrThrow({ where: { username } });
      await tx.supplierLimit.updateMany({ ...limits, data: { setBy } });
    });
  const reason = 'the customer allows 0.5';
  await setAs('keeper');
  for (const decision of ['release', 'reject']) {
    const own = await decide(lot, decision, { reason });
    expect([own.status, own.body.code]).toEqual([403, 'supplier.same-hand']);
  }
  const shown = () =>
    send<{ items: LotView[] }>('keeper', 'GET', `/supplier-lots?supplier=${one.id}`);
  expect((await shown()).body.items[0]).toMatchObject({ state: 'waiting', mayRelease: false });
  await setAs('safety');
  // The limit of the test is remembered, although a wider one holds now.
  expect((await shown()).body.items[0]).toMatchObject({
    mayRelease: true,
    needsReason: true,
    reasons: [],
    results: [{ upper: 0.5, passed: true, failedThen: true }],
  });
  expect((await decide(lot, 'release')).body.code).toBe('supplier.reason-needed');
  const released = await decide(lot, 'release', { reason });
  expect(released.body).toMatchObject({ state: 'released', reason, needsReason: true });
});

it('[SUP-03] nobody confirms or approves what they entered', async () => {
  const one = await approved('parts', [['business-licence', 20]]);
  const path = `/suppliers/${one.id}/qualifications`;
  const paper = {
    kind: 'iso-45001',
    number: 'N-9',
    issuer: 'Bureau',
    validFrom: dayIn(-1),
    validUntil: null,
  };
  const { body } = await send('buyer', 'POST', path, paper);
  const { id } = body.qualifications.find(({ kind }) => kind === 'iso-45001')!;
  // As if the person who confirms had entered it.
  await used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const { id: enteredBy } = await tx.appUser.findFirstOrThrow({ where: { username: 'safety' } });
    await tx.supplierQualification.updateMany({ where: { id }, data: { enteredBy } });
  });
  const confirmed = await send('safety', 'POST', `${path}/${id}/confirmation`, { version: 1 });
  expect([confirmed.status, confirmed.body.code]).toEqual([403, 'supplier.same-hand']);
  const again = { version: one.version, status: 'approved', reason: 'again' };
  const approvedAgain = await send('safety', 'POST', `/suppliers/${one.id}/status`, again);
  expect([approvedAgain.status, approvedAgain.body.code]).toEqual([403, 'supplier.same-hand']);
});

it('[SUP-04] waste was handed over on a day that is over, and the licence counted on it', async () => {
  const one = await approved('waste-disposer', [
    ['business-licence'],
    ['hazardous-waste-licence', 400, ['HW08']],
  ]);
  const about = { waste: 'HW08', quantity: 0.8, unit: 't', manifestNo: 'M-1' };
  const hand = (handedOn: string) =>
    send('env', 'POST', `/suppliers/${one.id}/disposals`, { ...about, handedOn });
  expect((await hand(dayIn(-10))).status).toBe(201);
  expect((await hand(dayIn(1))).status).toBe(400);
  expect((await hand('2026-02-30')).status).toBe(400);
  const before = await hand(dayIn(-11));
  expect([before.status, codesOf(before)]).toEqual([409, ['not-yet', 'not-yet', 'waste']]);
});
