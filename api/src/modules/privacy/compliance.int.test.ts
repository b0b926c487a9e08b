import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCaller } from '../../platform/access/caller.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { daysAgo, openPrivacyWorld, type PrivacyWorld } from '../../testing/privacy-world.ts';
import { createCompliance } from './compliance.ts';
import type { Compliance, Policy } from './schema.ts';

let world: PrivacyWorld;
beforeAll(async () => {
  world = await openPrivacyWorld();
});
afterAll(() => world?.close());

describe('[SEC-20] the page on the laws', () => {
  const statusOf = (page: Compliance) =>
    Object.fromEntries(page.items.map(({ id, status }) => [id, status]));

  it('derives what is met from the data, and follows changes', async () => {
    expect((await world.call('GET', '/privacy/compliance', world.worker)).status).toBe(403);
    const before = await world.call('GET', '/privacy/compliance', world.officer);
    expect(before.status, before.text).toBe(200);
    const first = statusOf(before.json);
    expect(first).toMatchObject({
      'pipl-55-56': 'open',
      'pipl-13': 'open',
      'pipl-28-29': 'partly',
      'pipl-44-47': 'met',
      'pipl-19': 'to-confirm',
      // Some people of the demonstration have no account and gave no answer on paper.
      'pipl-14-17': 'partly',
    });
    // Each fact has a name, what it says and when it was checked; what is met has nothing to confirm.
    for (const { status, facts, toConfirm } of before.json.items as Compliance['items']) {
      expect(facts.every(({ id, checkedAt }) => id && checkedAt === before.json.checkedAt)).toBe(
        true,
      );
      if (status === 'met') expect(toConfirm).toBeNull();
    }
    const laws = new Set(before.json.items.map((one: { law: { zh: string } }) => one.law.zh));
    expect([...laws]).toEqual(['《个人信息保护法》', '《数据安全法》', '《网络安全法》']);

    // An assessment of the sensitive purposes; three years at least, by law.
    const assessment = {
      version: 0,
      title: { zh: '定位与视频', en: 'Positions and video' },
      purposes: ['attendance-position', 'badge-tracking', 'training-data', 'video-identity'],
      necessity: 'Warnings in danger zones need positions; a list at the gate does not warn.',
      risks: [{ risk: 'tracks of breaks', level: 'medium' }],
      measures: '30 days, consent, encrypted, no face recognition',
      conclusion: 'acceptable',
      assessedOn: '2026-11-01',
    };
    const short = { ...assessment, keepUntil: '2028-11-01' };
    expect(
      (await world.call('PUT', '/privacy/assessments/positions', world.officer, short)).status,
    ).toBe(400);
    const put = await world.call(
      'PUT',
      '/privacy/assessments/positions',
      world.officer,
      assessment,
    );
    expect(put.json).toMatchObject({ version: 1, keepUntil: '2029-11-01' });
    const { json } = await world.call('GET', '/privacy/register', world.officer);
    for (const { id, personal } of json.items as Policy[]) {
      if (personal) {
        await world.change(id, { departmentId: 'safety', personId: await world.personOf('E002') });
      }
    }
    const keeper = { personId: await world.personOf('E003'), note: 'copy in the safe' };
    await world.call('POST', '/keys/custody', world.officer, keeper);
    const after = statusOf((await world.call('GET', '/privacy/compliance', world.officer)).json);
    expect(after).toMatchObject({
      'pipl-55-56': 'met',
      'pipl-13': 'to-confirm',
      'pipl-28-29': 'met',
      'dsl-21-27': 'to-confirm',
    });

    await world.run((tx) =>
      tx.dataRequest.create({
        data: {
          tenantId: 'demo',
          id: ulid(),
          personId: keeper.personId,
          kind: 'erase',
          text: 's1:person:1:x',
          dueAt: daysAgo(1),
        },
      }),
    );
    const late = statusOf((await world.call('GET', '/privacy/compliance', world.officer)).json);
    expect(late['pipl-44-47']).toBe('open');
  });

  const item = async (id: string): Promise<Compliance['items'][0]> =>
    (await world.call('GET', '/privacy/compliance', world.officer)).json.items.find(
      (one: { id: string }) => one.id === id,
    );

  it('lets a person confirm what no program sees, by name, for a year and with a line', async () => {
    const path = '/privacy/compliance/csl-logs/confirmations';
    const note = { note: 'Proxy and firewall: 200 days, seen on 2026-11-20, folder 7' };
    expect((await item('csl-logs')).status).toBe('to-confirm');
    expect((await world.call('POST', path, world.worker, note)).status).toBe(403);
    expect((await world.call('POST', path, world.officer, { note: '  ' })).status).toBe(400);
    const met = '/privacy/compliance/pipl-44-47/confirmations';
    expect((await world.call('POST', met, world.officer, note)).status).toBe(404);
    expect(await item('csl-logs')).toMatchObject({ status: 'to-confirm', confirmation: null });

    expect((await world.call('POST', path, world.officer, note)).status).toBe(200);
    expect(await item('csl-logs')).toMatchObject({
      status: 'confirmed',
      confirmation: { note: note.note, name: { zh: expect.any(String) } },
    });
    const lines = await world.run((tx) =>
      tx.auditLog.findMany({ where: { entity: 'compliance-duty', entityId: 'csl-logs' } }),
    );
    expect(lines).toMatchObject([{ action: 'confirm', userName: 'p-officer' }]);
    // A year later it is to be confirmed again.
    const [keyring, transport] = [
      { status: async () => ({ data: [] }) },
      { http: true, mqtt: true },
    ];
    const compliance = createCompliance({
      units: createUnits({ database: world.database, onError: () => {} }),
      rotation: keyring as never,
      transport,
    });
    const nextYear = new Date(Date.now() + 367 * 86_400_000);
    const then = await compliance.check({ ...systemCaller('demo') } as never, nextYear);
    expect(then.items.find(({ id }) => id === 'csl-logs')).toMatchObject({
      status: 'to-confirm',
      confirmation: { note: note.note },
    });
  });

  it('says of the log that it is kept six months only where nothing can shorten it', async () => {
    const factOf = async (id: string, fact: string) =>
      (await item(id)).facts.find((one) => one.id === fact);
    expect(await factOf('csl-logs', 'log-term')).toMatchObject({ ok: true });
    // The register refuses a shorter term; one that got there all the same is not met.
    const { json } = await world.call('GET', '/privacy/register', world.officer);
    const log = (json.items as Policy[]).find(({ id }) => id === 'audit-log')!;
    const short = await world.change('audit-log', { retentionDays: 30 });
    expect(short).toMatchObject({ status: 400 });
    // The same of attendance, which pay rests on.
    expect(await world.change('attendance', { retentionDays: 730 })).toMatchObject({ status: 400 });
    expect(await world.change('attendance', { retentionDays: 800 })).toMatchObject({ status: 200 });
    await world.run(async (tx) => {
      const row = await tx.dataPolicy.findFirstOrThrow({
        where: { id: 'audit-log', version: log.version },
      });
      const { fields, legalBasis, retentionSource, storage, name, purpose, ...rest } = row;
      await tx.dataPolicy.create({
        data: {
          ...rest,
          fields: fields ?? {},
          legalBasis: legalBasis ?? {},
          retentionSource: retentionSource ?? {},
          storage: storage ?? {},
          name: name ?? {},
          purpose: purpose ?? {},
          version: log.version + 1,
          retentionDays: 30,
        },
      });
    });
    expect(await factOf('csl-logs', 'log-term')).toMatchObject({ ok: false });
    expect((await item('csl-logs')).status).not.toMatch(/met|confirmed/);
  });

  it('counts notices only where what is collected is asked for', async () => {
    const notices = async () => (await item('pipl-28-29')).facts.find(({ id }) => id === 'notices');
    expect(await notices()).toMatchObject({ ok: true });
    const { json } = await world.call('GET', '/consent-purposes', world.officer);
    const tracking = json.items.find((one: { id: string }) => one.id === 'badge-tracking');
    const { id, version, name, notice, scope, sensitive } = tracking;
    const body = { version, name, notice, scope, sensitive, renew: false, active: false };
    expect((await world.call('PUT', `/consent-purposes/${id}`, world.officer, body)).status).toBe(
      200,
    );
    // People wear badges without consent.
    const now = await notices();
    expect(now).toMatchObject({ ok: false });
    expect(now?.text.en).toContain(name.en);
  });
});
