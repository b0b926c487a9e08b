import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPrivacyWorld, type PrivacyWorld } from '../../testing/privacy-world.ts';
import { makeUser } from '../../testing/users.ts';

let world: PrivacyWorld;
beforeAll(async () => {
  world = await openPrivacyWorld();
  await makeUser(world.database, 'p-head', ['statistics:read@department'], { employeeNo: 'E005' });
});
afterAll(() => world?.close());

describe('[SEC-07] statistics about people', () => {
  it('show no group that is too small, and none that follows from the others', async () => {
    const read = async (by: string, who = world.reader) =>
      (await world.call('GET', `/statistics/people?by=${by}`, who)).json;
    const byDepartment = await read('department');
    expect(byDepartment.minGroupSize).toBe(5);
    expect(byDepartment.groups.every((one: { count: null }) => one.count === null)).toBe(true);
    expect(byDepartment).toMatchObject({ total: 14, hidden: 8 });
    expect((await read('status')).groups).toEqual([{ key: 'active', name: 'active', count: 14 }]);
    expect(JSON.stringify(byDepartment)).not.toContain('E00');
    // Who left alone does not follow from two views: this total less that of those who work here.
    const one = await world.personOf('E009');
    const leaving = (status: string, leftOn: Date | null) =>
      world.run((tx) =>
        tx.person.update({
          where: { tenantId_id: { tenantId: 'demo', id: one } },
          data: { status, leftOn },
        }),
      );
    await leaving('left', new Date());
    expect((await read('department')).total).toBe(13);
    expect(await read('status')).toMatchObject({
      total: null,
      groups: [
        { key: 'active', count: null },
        { key: 'left', count: null },
      ],
    });
    await leaving('active', null);
    // Two people are no statistic, also for their own head.
    expect(await read('department', await world.api.signIn('p-head'))).toMatchObject({
      total: null,
      groups: [{ key: 'press-shop', count: null }],
    });
    const settings = { minGroupSize: 2, answerDays: 15 };
    expect((await world.call('PUT', '/privacy/settings', world.worker, settings)).status).toBe(403);
    expect((await world.call('PUT', '/privacy/settings', world.officer, settings)).json).toEqual(
      settings,
    );
    const now = await read('department');
    expect(now.groups.filter((one: { count: number }) => one.count >= 2).length).toBeGreaterThan(0);
    expect(
      (
        await world.call('PUT', '/privacy/settings', world.officer, {
          ...settings,
          minGroupSize: 1,
        })
      ).status,
    ).toBe(400);
    expect((await world.call('GET', '/statistics/people?by=department', world.worker)).status).toBe(
      403,
    );
  });
});

describe('the rights of a person', () => {
  it('shows people their personal data and who accessed it, masked on the screen', async () => {
    const id = await world.personOf('E006');
    await world.call('GET', `/persons/${id}`, world.reader);
    const { json, text } = await world.call('GET', '/me/data', world.worker);
    expect(json.person, text).toMatchObject({ employeeNo: 'E006', phone: '138****1015' });
    expect(json.accesses).toContainEqual(
      expect.objectContaining({ action: 'view', userName: 'p-reader' }),
    );
    expect(json.policies.length).toBeGreaterThan(5);
    expect(text).not.toContain('E005');
  });

  it('exports all of it as a file, with the plain values and positions', async () => {
    const at = new Date();
    await world.run((tx) =>
      tx.locationHistory.create({
        data: {
          tenantId: 'demo',
          providerType: 'uwb',
          providerId: 'badge-w1',
          generatedAt: at,
          source: 'hall',
          location: { x: 1 },
        },
      }),
    );
    const theme = { value: 'dark', version: 0 };
    expect((await world.call('PUT', '/me/settings/theme', world.worker, theme)).status).toBe(200);
    const { json } = await world.call('GET', '/me/data.export', world.worker);
    expect(json.settings).toMatchObject([{ key: 'theme', value: 'dark' }]);
    expect(json.person).toMatchObject({ phone: '13800001015', employeeNo: 'E006' });
    expect(json.person.nationalId).toMatch(/^320499\d{11}[\dX]$/);
    expect(json.positions).toMatchObject([{ at: at.toISOString(), location: { x: 1 } }]);
    const lines = await world.run((tx) => tx.auditLog.count({ where: { action: 'export' } }));
    expect(lines).toBe(1);
  });

  it('corrects what is wrong when the officer grants it, and keeps the request sealed', async () => {
    const asked = {
      kind: 'correct',
      text: 'My phone is 13911112222 now',
      fields: { phone: '13911112222', name: '孙晓梅' },
    };
    const made = await world.call('POST', '/me/requests', world.worker, asked);
    expect(made.json, made.text).toMatchObject({ state: 'open', fields: ['name', 'phone'] });
    expect(new Date(made.json.dueAt).getTime()).toBeGreaterThan(Date.now() + 14 * 86_400_000);
    const stored = await world.run((tx) => tx.dataRequest.findFirstOrThrow());
    expect(JSON.stringify(stored)).not.toContain('13911112222');
    const path = `/privacy/requests/${made.json.id}/decision`;
    const noticed = async (who: { authorization: string }) => {
      const { items } = (await world.call('GET', '/notices', who)).json;
      return items
        .filter(({ kind }: { kind: string }) => kind.startsWith('privacy.'))
        .map(({ kind, link }: { kind: string; link: string }) => [kind, link]);
    };
    expect(await noticed(world.officer)).toEqual([['privacy.request', '/privacy/requests']]);
    const decision = { decision: 'grant', answer: '已核对并更正' };
    expect((await world.call('POST', path, world.worker, decision)).status).toBe(403);
    expect((await world.call('POST', path, world.officer, decision)).json).toMatchObject({
      state: 'granted',
      result: { corrected: ['phone', 'name'] },
    });
    expect((await world.call('POST', path, world.officer, decision)).json.code).toBe(
      'data-request.decided',
    );
    expect(await noticed(world.worker)).toEqual([['privacy.decided', '/me/data']]);
    const { json } = await world.call('GET', '/me/data', world.worker);
    expect(json.person).toMatchObject({ name: '孙晓梅', phone: '139****2222' });
  });

  it('erases what law lets, and says of the rest why it is kept', async () => {
    const made = await world.call('POST', '/me/requests', world.worker, {
      kind: 'erase',
      text: '请删除',
    });
    const path = `/privacy/requests/${made.json.id}/decision`;
    const { json } = await world.call('POST', path, world.officer, {
      decision: 'grant',
      answer: '已处理',
    });
    expect(json).toMatchObject({
      state: 'partly',
      result: {
        erased: [
          { policy: 'user-settings', count: 1 },
          { policy: 'violation-records', count: 0 },
          { policy: 'badge-handles', count: 0 },
          { policy: 'location-history', count: 1 },
          { policy: 'fence-events', count: 0 },
          // Badge and place of clock events; the times are kept.
          { policy: 'attendance', count: 13 },
        ],
      },
    });
    const kept = Object.fromEntries(
      json.result.kept.map((one: { policy: string; why: { zh: string } }) => [
        one.policy,
        one.why.zh,
      ]),
    );
    expect(kept['hazard-records']).toContain('《安全生产法》第四十一条');
    expect(kept['person-sensitive']).toContain('在职期间');
    expect(kept.attendance).toContain('《工资支付暂行规定》第六条');
    const clocked = await world.run(async (tx) => {
      const { id } = await tx.person.findFirstOrThrow({ where: { employeeNo: 'E006' } });
      return tx.clockEvent.findMany({ where: { personId: id, source: 'position' } });
    });
    expect(clocked.map(({ badge, device, areaId }) => [badge, device, areaId])).toEqual(
      Array.from({ length: 13 }, () => [null, null, null]),
    );
    const left = await world.run((tx) =>
      tx.locationHistory.count({ where: { providerId: 'badge-w1' } }),
    );
    expect(left).toBe(0);
    const { json: consents } = await world.call('GET', '/me/consents', world.worker);
    const tracking = consents.items.find(
      (one: { purpose: { id: string } }) => one.purpose.id === 'badge-tracking',
    );
    expect(tracking.state).toBe('withdrawn');
    // One who left also loses number and phone, at once on request.
    await world.run((tx) =>
      tx.person.updateMany({
        where: { employeeNo: 'E012' },
        data: { status: 'left', leftOn: new Date('2026-01-31') },
      }),
    );
    expect((await world.call('GET', '/me/requests', world.worker)).json.items).toHaveLength(2);
  });

  it('removes number and phone of those who left, in the term of the register', async () => {
    const id = await world.personOf('E012');
    const there = () => world.run((tx) => tx.personSensitive.count({ where: { personId: id } }));
    expect((await world.call('POST', '/privacy/purges', world.officer)).json.items).toEqual([]);
    expect(await there()).toBe(1);
    await world.change('person-sensitive', { retentionDays: 180 });
    const { json } = await world.call('POST', '/privacy/purges', world.officer);
    expect(json.items).toMatchObject([{ policy: 'person-sensitive', count: 1 }]);
    expect(await there()).toBe(0);
  });
});
