import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import { obligationActs } from '../../testing/obligations.ts';
import { until } from '../../testing/site.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import type { DeviceFileRow, DeviceFileView } from './schema.ts';

const used = useApi();
const { look, casesOf, noticesOf } = obligationActs(used);
interface List {
  items: DeviceFileRow[];
  next: string | null;
  counts: { all: number; findings: number; links: number; soon: number; overdue: number };
}
const send = <Body = DeviceFileView>(user: string, method: string, path: string, body?: object) =>
  used.api.send<Body>(user, method, path, body);
const list = async (query: string): Promise<List> =>
  (await send<List>('maintainer', 'GET', `/device-files?${query}`)).body;
let count = 0;
const made = async (more: object = {}) => {
  const input = { kind: 'camera', name: `Camera ${++count}`, areaId: 'dusty-hall', ...more };
  const { status, body } = await send('maintainer', 'POST', '/device-files', input);
  expect(status).toBe(201);
  return body;
};
const change = (of: { id: string; version: number }, patch: object, user = 'maintainer') =>
  send(user, 'PATCH', `/device-files/${of.id}`, { version: of.version, ...patch });
const read = async ({ id }: { id: string }) =>
  (await send('safety.head', 'GET', `/device-files/${id}`)).body;
const act = (of: DeviceFileView, transition: string, user: string, fields: object = {}) =>
  send(user, 'POST', `/device-findings/${of.finding?.id}/actions`, {
    transition,
    version: of.finding?.version,
    fields,
  });
const putArea = (dust: 'none' | 'dusty', id = 'dusty-hall') =>
  send('admin', 'PUT', `/areas/${id}`, {
    site: 'plant-1',
    name: { zh: '打磨间', en: 'Grinding' },
    kind: 'workshop',
    dust,
  });

beforeAll(async () => {
  expect((await putArea('dusty')).status).toBe(200);
});

describe('the file of a device', () => {
  it('[VIS-11] [DQ-08] below IP67 in a dusty area is a finding with a task, until it is replaced', async () => {
    const low = await made({ ipSolids: 6, ipWater: 6 });
    expect(low).toMatchObject({ ip: 'IP66', finding: { fault: 'low', state: 'open' } });
    expect(low.finding?.assignees).not.toEqual([]);
    const tasks = await send<{ items: { link: string }[] }>('maintainer', 'GET', '/tasks');
    expect(tasks.body.items.map(({ link }) => link)).toContain(`/device-files/${low.id}`);
    const early = await act(low, 'cure', 'maintainer');
    expect([early.status, early.body]).toMatchObject([409, { code: 'device-file.unsuited' }]);
    expect((await read(low)).finding?.version).toBe(low.finding?.version);
    const replaced = await change(low, { ipWater: 7 });
    expect(replaced.body).toMatchObject({ ip: 'IP67', finding: null });
    const after = await send<{ items: { link: string }[] }>('maintainer', 'GET', '/tasks');
    expect(after.body.items.map(({ link }) => link)).not.toContain(`/device-files/${low.id}`);
  });

  it('[VIS-11] [DQ-07] is a finding where the IP code of a device there is not known', async () => {
    expect(await made()).toMatchObject({ ip: null, finding: { fault: 'unknown' } });
    expect(await made({ areaId: null })).toMatchObject({ finding: null });
    expect(await made({ status: 'stored' })).toMatchObject({ finding: null });
  });

  it('[DQ-08] is found also where the area changes, and settled where it changes back', async () => {
    await putArea('none', 'clean-hall');
    const one = await made({ areaId: 'clean-hall', ipSolids: 5, ipWater: 4 });
    expect(one.finding).toBeNull();
    await putArea('dusty', 'clean-hall');
    const found = await until(async () => (await read(one)).finding, 'the finding is opened');
    expect(found.fault).toBe('low');
    await putArea('none', 'clean-hall');
    await until(async () => (await read(one)).finding === null, 'the finding is settled');
  });

  it('is accepted by safety with a reason, and not found again until something changes', async () => {
    const one = await made({ ipSolids: 5, ipWater: 4 });
    expect((await act(one, 'accept', 'maintainer', { reason: 'mine' })).status).toBe(403);
    expect((await act(one, 'accept', 'safety.head')).status).toBe(422);
    const accepted = await act(one, 'accept', 'safety.head', { reason: 'In a cabinet' });
    expect(accepted.body).toMatchObject({ finding: null, accepted: { reason: 'In a cabinet' } });
    const moved = await change(accepted.body, { place: 'Cabinet 3' });
    expect(moved.body.finding).toBeNull();
    const other = await change(moved.body, { ipSolids: 4 });
    expect(other.body).toMatchObject({ finding: { fault: 'low' }, accepted: null });
  });

  it('opens one finding, however many change it at once', async () => {
    const one = await made({ ipSolids: 6, ipWater: 7 });
    const both = await Promise.all([
      change(one, { ipWater: 5 }),
      putArea('dusty'),
      change(one, { ipWater: 4 }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 200, 409]);
    const history = await send<{ items: { action: string }[] }>(
      'maintainer',
      'GET',
      `/device-files/${one.id}/history`,
    );
    expect(history.body.items.filter(({ action }) => action === 'create')).toHaveLength(2);
  });

  it('is one for each device in use, of a kind and an area that are offered', async () => {
    const one = await made({ ref: 'cam-77', areaId: null });
    const input = { kind: 'camera', name: 'Again', ref: 'cam-77' };
    const again = await send('maintainer', 'POST', '/device-files', input);
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'device-file.ref-taken', device: one.id },
    ]);
    expect((await change(one, { status: 'retired' })).status).toBe(200);
    expect((await send('maintainer', 'POST', '/device-files', input)).status).toBe(201);
    const back = await change(await read(one), { status: 'in-use' });
    expect(back.body).toMatchObject({ code: 'device-file.ref-taken' });
    for (const wrong of [{ kind: 'wizard' }, { areaId: 'nowhere' }]) {
      const { status } = await send('maintainer', 'POST', '/device-files', { ...input, ...wrong });
      expect(status).toBe(422);
    }
    const tooHigh = { ...input, ref: null, ipSolids: 7 };
    expect((await send('maintainer', 'POST', '/device-files', tooHigh)).status).toBe(400);
  });

  it('is changed by those who keep it, one after the other', async () => {
    const one = await made({ areaId: null });
    expect((await change(one, { name: 'X' }, 'safety.head')).status).toBe(403);
    expect((await change(one, { name: 'Y' })).status).toBe(200);
    const late = await change(one, { name: 'Z' });
    expect([late.status, late.body]).toMatchObject([409, { current: { name: 'Y' } }]);
    expect((await send('worker.press', 'GET', '/device-files')).status).toBe(403);
  });

  it('[EQP-12] has place, model and maintenance, and those who keep it are told of each once', async () => {
    const due = await made({
      areaId: null,
      place: 'Pillar 3',
      model: 'IPC-4M',
      installedOn: dayIn(-400),
      maintainedOn: dayIn(-170),
      maintenanceDays: 180,
    });
    expect(due).toMatchObject({ maintenance: 'soon', maintenanceDue: dayIn(10) });
    const [waiting] = await casesOf('maintainer', `subject=device-file:${due.id}`);
    expect(waiting).toMatchObject({ dueOn: dayIn(10), state: 'upcoming', interval: '180 days' });
    await look();
    await look();
    const told = await noticesOf(waiting!.id);
    expect(told.map(({ title }) => title.en)).toEqual([`${due.name}: maintenance is due`]);
    expect(told[0]?.recipients.length).toBeGreaterThan(0);
    const done = await change(await read(due), { maintainedOn: dayIn(0) });
    expect(done.body).toMatchObject({ maintenance: 'planned', maintenanceDue: dayIn(180) });
    const old = await made({ areaId: null, maintainedOn: dayIn(-10), maintenanceDays: 5 });
    expect(old.maintenance).toBe('overdue');
    const [late] = await casesOf('maintainer', `subject=device-file:${old.id}`);
    expect(late).toMatchObject({ dueOn: dayIn(-5), state: 'overdue' });
    await look();
    expect(await noticesOf(late!.id)).toHaveLength(1);
    const overdue = await list('state=overdue&limit=200');
    expect(overdue.items.map(({ id }) => id)).toContain(old.id);
    expect(overdue.counts.overdue).toBe(overdue.items.length);
  });

  it('[DQ-09] says why a link does not suit what the device carries, until it has another', async () => {
    const camera = await made({ areaId: null, link: 'lora' });
    expect(camera.linkProblem).toMatchObject({
      fault: 'slow',
      reason: {
        zh: expect.stringContaining('请改用工业以太网'),
        en: expect.stringContaining('Use industrial Ethernet'),
      },
    });
    await made({ areaId: null, link: 'lora', kind: 'sensor' });
    const found = await list('state=link&limit=200');
    expect(found.items.map(({ id }) => id)).toEqual([camera.id]);
    expect(found.counts.links).toBe(1);
    const headers = await used.api.signIn('auditor');
    const path = '/api/v1/device-files/export?format=csv&lang=en&state=link';
    expect(await (await used.api.get(path, headers)).text()).toContain('carry kilobits');
    const moved = await change(camera, { link: '5g' });
    expect(moved.body.linkProblem).toBeNull();
    expect((await list('state=link')).counts.links).toBe(0);
  });

  it('[DQ-09] shows how its link is and was, from the record of health', async () => {
    const one = await made({ areaId: null, ref: 'roof-1', link: 'ethernet' });
    expect(one.linkHealth).toEqual({ state: 'none', since: null, share: null, delayMs: null });
    expect((await made({ areaId: null })).linkHealth).toBeNull();
    const hour = 3_600_000;
    const begun = Date.now() - (Date.now() % hour);
    const lastMinute = new Date(Date.now() - (Date.now() % 60_000) - 60_000);
    const of = { tenantId: 'demo', kind: 'camera', subject: 'roof-1' };
    await used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      // Of the last 23 whole hours it was away in one.
      await tx.deviceHealthHour.createMany({
        data: Array.from({ length: 30 }, (_, n) => ({
          ...of,
          at: new Date(begun - (n + 1) * hour),
          minutes: 60,
          upSeconds: n === 3 ? 0 : 3600,
          fairMinutes: 0,
          poorMinutes: 0,
          offMinutes: 0,
          due: 0,
          dropped: 0,
          stalls: 0,
          reconnects: 0,
          decodeErrors: 0,
        })),
      });
      await tx.deviceHealthMinute.create({
        data: { ...of, at: lastMinute, state: 'ok', upSeconds: 60, delayMs: 140 },
      });
    });
    const outage = (fault: string, begunAt: Date, endedAt: Date | null) =>
      used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.deviceOutage.create({
          data: { ...of, id: ulid(), fault, begunAt, foundAt: begunAt, endedAt },
        }),
      );
    const back = new Date(begun - 3 * hour);
    await outage('offline', new Date(begun - 4 * hour), back);
    const { linkHealth } = await read(one);
    expect(linkHealth).toMatchObject({ state: 'ok', since: back.toISOString(), delayMs: 140 });
    // The hour away is one of at most 24, and what of this hour has no record counts, too.
    expect(linkHealth?.share).toBeGreaterThan(0.9);
    expect(linkHealth?.share).toBeLessThan(0.96);
    const lost = new Date(Date.now() - 60_000);
    await outage('network', lost, null);
    expect((await read(one)).linkHealth?.state).toBe('fair');
    await outage('offline', lost, null);
    expect((await read(one)).linkHealth).toMatchObject({
      state: 'off',
      since: lost.toISOString(),
      delayMs: null,
    });
    expect((await list('q=roof-1')).items[0]?.linkHealth?.state).toBe('off');
  });

  it('is in a list with filters, pages and a spreadsheet', async () => {
    const all = await list('limit=200');
    const findings = await list('state=finding&limit=200');
    expect(findings.items.length).toBe(all.counts.findings);
    expect(findings.items.every(({ finding }) => finding !== null)).toBe(true);
    const first = await list('limit=3');
    const rest = await list(`limit=200&cursor=${first.next}`);
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([all.counts.all, all.counts.all]);
    const headers = await used.api.signIn('auditor');
    const sheet = await used.api.get('/api/v1/device-files/export?format=csv&lang=en', headers);
    expect((await sheet.text()).trim().split('\r\n')).toHaveLength(all.counts.all + 1);
  });
});
