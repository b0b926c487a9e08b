import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { checkCharacter } from './credit-code.ts';
import type { LotView, SupplierView } from './schema.ts';

/** What would open the gate or break it: requests at once, other words, other data. */
let site: Site;
let api: RunningApi;
/** A second process on the same database. */
let other: RunningApi;
const dayIn = (days: number) =>
  DateTime.now().setZone('Asia/Shanghai').plus({ days }).toISODate() as string;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.freshDatabase();
  api = await startApi(site, urls.appUrl);
  other = await startApi(site, urls.appUrl);
});
afterAll(async () => {
  await other?.stop();
  await api?.stop();
  await site?.stop();
});

interface Answer<Body> {
  status: number;
  body: Body & { code?: string; reasons?: { code: string }[] };
}
async function send<Body = SupplierView>(
  user: string,
  method: string,
  path: string,
  body?: object,
  at = api,
): Promise<Answer<Body>> {
  const answer = await fetch(`${at.url}/api/v1${path}`, {
    method,
    headers: {
      ...(await at.signIn(user)),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Answer<Body>['body'] };
}
const codesOf = ({ body }: Answer<object>) => body.reasons?.map(({ code }) => code);

let count = 0;
function newCode(): string {
  const first17 = `91320499MA8T${10_000 + count++}`;
  return first17 + checkCharacter(first17);
}
async function approved(kind: string, papers: string[]): Promise<SupplierView> {
  const input = { name: `Firm ${count}`, creditCode: newCode(), kind };
  let { body } = await send('buyer', 'POST', '/suppliers', input);
  for (const paper of papers) {
    ({ body } = await send('buyer', 'POST', `/suppliers/${body.id}/qualifications`, {
      kind: paper,
      number: 'N-1',
      issuer: 'Bureau',
      validFrom: dayIn(-10),
      validUntil: dayIn(400),
      wastes: paper === 'hazardous-waste-licence' ? ['HW08'] : [],
    }));
  }
  const status = { version: body.version, status: 'approved', reason: 'reviewed' };
  const answer = await send('safety', 'POST', `/suppliers/${body.id}/status`, status);
  expect([answer.status, answer.body.cleared]).toEqual([200, true]);
  return answer.body;
}
const lot = (number: string, more: object = {}) => ({
  number,
  product: 'Solvent',
  quantity: 12.5,
  unit: 'kg',
  deliveredOn: dayIn(0),
  ...more,
});
const water = (value: number) => ({ item: 'water', value, unit: '%', upper: 0.3 });
const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();

it('[SUP-02] two processes that enter the same at once make one, and neither fails', async () => {
  const parts = await approved('parts', ['business-licence']);
  await other.signIn('buyer');
  for (let n = 0; n < 5; n++) {
    const input = { name: `Twin ${n}`, creditCode: newCode(), kind: 'parts' };
    const suppliers = await Promise.all(
      [api, other, api, other].map((at) => send('buyer', 'POST', '/suppliers', input, at)),
    );
    expect(statusesOf(suppliers)).toEqual([201, 409, 409, 409]);
    const lots = await Promise.all(
      [api, other, api, other].map((at) =>
        send('buyer', 'POST', `/suppliers/${parts.id}/lots`, lot(`T-${n}`), at),
      ),
    );
    expect(statusesOf(lots)).toEqual([200, 200, 200, 201]);
  }
});

it('[SUP-02] results that differ from those on record are refused, not dropped', async () => {
  const { id } = await approved('parts', ['business-licence']);
  const enter = (results?: object[]) =>
    send<LotView>(
      'buyer',
      'POST',
      `/suppliers/${id}/lots`,
      lot('R-1', { quantity: 0.1 + 0.2, ...(results ? { results } : {}) }),
    );
  const first = await enter([water(0.1)]);
  expect(first.status).toBe(201);
  const added = await send('buyer', 'POST', `/supplier-lots/${first.body.id}/results`, {
    version: 1,
    results: [water(0.2)],
  });
  expect(added.status).toBe(200);
  // What was sent first is on record, also after more came.
  expect((await enter([water(0.1)])).status).toBe(200);
  for (const results of [[water(0.9)], [water(0.1), water(0.9)]]) {
    const answer = await enter(results);
    expect([answer.status, answer.body.code]).toEqual([409, 'supplier.lot-taken']);
  }
});

it('[SUP-03] the results and the release of a delivery cannot pass each other', async () => {
  const { id } = await approved('parts', ['business-licence']);
  for (let n = 0; n < 5; n++) {
    const entered = await send<LotView>('buyer', 'POST', `/suppliers/${id}/lots`, lot(`V-${n}`));
    const path = `/supplier-lots/${entered.body.id}`;
    const [results, release] = await Promise.all([
      send('buyer', 'POST', `${path}/results`, { version: 1, results: [water(0.9)] }, other),
      send('keeper', 'POST', `${path}/decision`, { version: 1, decision: 'release' }),
    ]);
    expect(statusesOf([results, release])).toEqual([200, 409]);
    const list = await send<{ items: LotView[] }>('keeper', 'GET', `/supplier-lots?supplier=${id}`);
    const kept = list.body.items.find((one) => one.id === entered.body.id);
    expect(kept).toMatchObject(
      release.status === 200
        ? { state: 'released', results: [] }
        : { state: 'waiting', usable: false },
    );
  }
});

it('[SUP-03] another kind or another company has to be approved anew', async () => {
  const one = await approved('chemicals', ['business-licence', 'hazchem-licence']);
  const renamed = await send('buyer', 'PATCH', `/suppliers/${one.id}`, {
    version: one.version,
    name: 'Renamed',
  });
  expect(renamed.body).toMatchObject({ status: 'approved', cleared: true });
  for (const change of [{ kind: 'parts' }, { creditCode: newCode() }]) {
    const { body: before } = await send('buyer', 'GET', `/suppliers/${one.id}`);
    const changed = await send('buyer', 'PATCH', `/suppliers/${one.id}`, {
      version: before.version,
      ...change,
    });
    expect(changed.body).toMatchObject({ status: 'candidate', cleared: false });
    const delivery = await send('buyer', 'POST', `/suppliers/${one.id}/lots`, lot('K-1'));
    expect([delivery.status, codesOf(delivery)]).toEqual([409, ['status']]);
    const again = { version: changed.body.version, status: 'approved', reason: 'again' };
    await send('safety', 'POST', `/suppliers/${one.id}/status`, again);
  }
});

it('[SUP-03] a dictionary that does not say what a kind needs closes the gate', async () => {
  const one = await approved('chemicals', ['business-licence', 'hazchem-licence']);
  const path = '/dictionaries/supplier-kind/chemicals';
  const name = { zh: '危险化学品', en: 'Hazardous chemicals' };
  const clearance = () => send('auditor', 'GET', `/suppliers/${one.id}/clearance`);
  const wrong = [{}, { requires: 'nothing' }, { requires: [[]] }, { requires: ['x'] }];
  for (const data of [...wrong, { requires: [['business-licence', 7]] }]) {
    expect((await send('admin', 'PUT', path, { name, data })).status).toBe(200);
    expect([(await clearance()).body.cleared, codesOf(await clearance())]).toEqual([
      false,
      ['kind'],
    ]);
  }
  const data = { requires: [], testsRequired: 'yes' };
  await send('admin', 'PUT', path, { name, data });
  expect((await clearance()).body.cleared).toBe(true);
  // What is neither true nor false asks for tests.
  const untested = await send<LotView>('buyer', 'POST', `/suppliers/${one.id}/lots`, lot('D-1'));
  expect(codesOf(untested)).toEqual(['not-tested']);
});

it('[SUP-04] waste was handed over on a day that is over, and the licence counted on it', async () => {
  const one = await approved('waste-disposer', ['business-licence', 'hazardous-waste-licence']);
  const hand = (handedOn: string) =>
    send('env', 'POST', `/suppliers/${one.id}/disposals`, {
      waste: 'HW08',
      quantity: 0.8,
      unit: 't',
      manifestNo: 'M-1',
      handedOn,
    });
  expect((await hand(dayIn(-10))).status).toBe(201);
  expect((await hand(dayIn(1))).status).toBe(400);
  expect((await hand('2026-02-30')).status).toBe(400);
  const before = await hand(dayIn(-11));
  expect([before.status, codesOf(before)]).toEqual([409, ['not-yet', 'not-yet', 'waste']]);
});
