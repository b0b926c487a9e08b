import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../testing/site.ts';
import { useApi } from '../../testing/use-api.ts';
import { hence, visitActs } from '../../testing/visitors.ts';
import type { VisitAnswer } from './answers.ts';

const used = useApi();
const { send, announced, signed, act, inTenant, matched, onSite, makeAccounts } = visitActs(used);
beforeAll(makeAccounts);

const noticesOf = (kind: string, visit: string) =>
  inTenant((tx) => tx.notice.findMany({ where: { kind, subjectId: visit } }));

describe('a visit', () => {
  it('[PER-10] is announced by an employee, let in with induction and badge, and ends with the leaving', async () => {
    const visit = await announced();
    expect(visit).toMatchObject({
      state: 'announced',
      host: { name: '孙小梅' },
      person: { kind: 'visitor' },
      induction: null,
      watch: null,
    });
    // Before the arrival the visitor is nowhere admitted.
    const { person } = visit;
    expect(await matched(person.id)).toMatchObject({ decision: 'deny', codes: ['not-on-visit'] });
    const refused = await act(visit.id, 'arrive', { badge: 'visitor-02' });
    expect([refused.status, refused.body.code]).toEqual([409, 'visit.induction-needed']);
    const body = { ...signed('钱 来访'), badge: 'visitor-02' };
    const arrived = await act(visit.id, 'arrive', body);
    expect(arrived.status, JSON.stringify(arrived.body)).toBe(200);
    expect(arrived.body).toMatchObject({
      state: 'arrived',
      badge: { badge: 'visitor-02', returned: false },
      induction: { version: 1, signedName: '钱 来访' },
    });
    expect(await noticesOf('visit.arrived', visit.id)).toHaveLength(1);
    // Admitted where the visit says, and there alone.
    expect(await matched(person.id)).toEqual({ decision: 'allow', codes: [] });
    expect(await matched(person.id, 'rack-store')).toMatchObject({
      decision: 'deny',
      codes: expect.arrayContaining(['area-not-of-visit']),
    });
    const list = await onSite();
    expect(list.items.map(({ id }) => id)).toContain(visit.id);
    expect(list.counts.visitors).toBe(list.items.length);
    // The binding is one like any other: without consent there is no position.
    const bound = await inTenant((tx) =>
      tx.badge.findFirst({ where: { personId: person.id, until: null } }),
    );
    expect(bound).toMatchObject({ badge: 'visitor-02' });
    const left = await act(visit.id, 'leave', { badgeReturned: true });
    expect(left.body).toMatchObject({ state: 'left', badge: { returned: true } });
    expect(await matched(person.id)).toMatchObject({
      decision: 'deny',
      codes: expect.arrayContaining(['not-on-visit']),
    });
    expect((await onSite()).items.map(({ id }) => id)).not.toContain(visit.id);
    const row = await inTenant((tx) => tx.person.findFirst({ where: { id: person.id } }));
    expect(row?.status).toBe('left');
    const { body: history } = await send<{ items: { action: string }[] }>(
      'operator',
      'GET',
      `/visits/${visit.id}/history`,
    );
    expect(history.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['create', 'arrive', 'leave-site']),
    );
  });

  it('comes again without a new induction, and with an escort where the visit says so', async () => {
    const first = await announced({ visitor: { name: '再来' } });
    await act(first.id, 'arrive', signed('再来'));
    await act(first.id, 'leave', { badgeReturned: true });
    const again = await announced({
      visitor: undefined,
      personId: first.person.id,
      areas: [{ area: 'rack-store', escorted: true }],
    });
    expect(again.person.id).toBe(first.person.id);
    const arrived = await act(again.id, 'arrive');
    expect(arrived.body, JSON.stringify(arrived.body)).toMatchObject({ state: 'arrived' });
    expect(await matched(first.person.id, 'rack-store')).toEqual({
      decision: 'hold',
      codes: ['escort-needed'],
    });
    // The host adds an area during the visit.
    const areas = [{ area: 'rack-store', escorted: false }];
    const changed = await send('worker.press', 'PATCH', `/visits/${again.id}`, {
      version: arrived.body.version,
      areas,
    });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    expect((await matched(first.person.id, 'rack-store')).codes).not.toContain('escort-needed');
    await act(again.id, 'leave', { badgeReturned: true });
  });

  it('is announced by the reception for another person, who is told; the link leads to it', async () => {
    const { body: hosts } = await send<{ items: { id: string; name: string }[] }>(
      'operator',
      'GET',
      `/visits/hosts?q=${encodeURIComponent('赵冲压')}`,
    );
    const hostId = hosts.items[0]?.id;
    const visit = await announced({ visitor: { name: '送货人' }, hostId }, 'operator');
    const [told] = await noticesOf('visit.announced', visit.id);
    expect(told?.link).toBe(`/visits/${visit.id}`);
    expect((await send('head.press', 'GET', `/visits/${visit.id}`)).status).toBe(200);
    const cancelled = await act(visit.id, 'cancel', { note: '改期' }, 'head.press');
    expect(cancelled.body).toMatchObject({ state: 'cancelled', note: '改期' });
  });

  it('tells host and reception once when it is over and the visitor is still there; the host extends it', async () => {
    const visit = await announced({ visitor: { name: '久留' } });
    await act(visit.id, 'arrive', signed('久留'));
    const past = { fromAt: new Date(hence(-3)), toAt: new Date(hence(-1)) };
    await inTenant((tx) => tx.visit.updateMany({ where: { id: visit.id }, data: past }));
    await until(
      async () => (await noticesOf('visit.overdue', visit.id)).length > 0,
      'the host is told',
    );
    const { body } = await send('worker.press', 'GET', `/visits/${visit.id}`);
    expect(body).toMatchObject({ state: 'arrived', overdue: true });
    const change = { version: body.version, to: hence(2) };
    const extended = await send('worker.press', 'PATCH', `/visits/${visit.id}`, change);
    expect(extended.body).toMatchObject({ overdue: false });
    await act(visit.id, 'leave', { badgeReturned: true });
  });

  it('leaves a badge that was not returned as due, and the return frees it', async () => {
    const visit = await announced({ visitor: { name: '忘还' } });
    await act(visit.id, 'arrive', { ...signed('忘还'), badge: 'visitor-03' });
    const left = await act(visit.id, 'leave', { badgeReturned: false });
    expect(left.body).toMatchObject({ state: 'left', badge: { returned: false } });
    expect((await matched(visit.person.id)).decision).toBe('deny');
    const owed = () =>
      inTenant((tx) =>
        tx.obligationCase.findMany({ where: { obligation: { personId: visit.person.id } } }),
      );
    expect(await owed()).toHaveLength(1);
    expect((await owed())[0]).toMatchObject({ endedAt: null });
    const pool = await send<{ items: { badge: string; free: boolean }[] }>(
      'operator',
      'GET',
      '/visitor-badges',
    );
    expect(pool.body.items.find(({ badge }) => badge === 'visitor-03')?.free).toBe(false);
    const back = await act(visit.id, 'return-badge');
    expect(back.body.badge).toEqual({ badge: 'visitor-03', returned: true });
    expect((await owed())[0]?.endedAt).not.toBeNull();
  });

  it('lists who is on site for a roll call, as a file in both languages', async () => {
    const file = async (lang: string) => {
      const headers = await used.api.signIn('operator');
      const answer = await fetch(
        `${used.api.url}/api/v1/visits/on-site/export?format=csv&lang=${lang}`,
        { headers },
      );
      expect(answer.status).toBe(200);
      return answer.text();
    };
    expect(await file('zh')).toMatch(/姓名.*接待人[\s\S]*Anna Schmidt/);
    expect(await file('en')).toMatch(/Name.*Host[\s\S]*何参观/);
  });

  it('is erased after its term, and the visitor with it', async () => {
    const visit = await announced({ visitor: { name: '旧访', phone: '13900007777' } });
    await act(visit.id, 'arrive', signed('旧访'));
    await act(visit.id, 'leave', { badgeReturned: true });
    const { facts } = await import('./facts.ts');
    const purger = facts.purgers?.find(({ policy }) => policy === 'visits');
    const removed = await inTenant(async (tx) => purger?.remove(tx, new Date(hence(48)), 1000));
    expect(removed?.map(({ id }) => id)).toEqual(
      expect.arrayContaining([visit.id, visit.person.id]),
    );
    const row = await inTenant((tx) => tx.person.findFirst({ where: { id: visit.person.id } }));
    expect(row).toMatchObject({ name: '***', company: null, hostId: null });
    const sealed = await inTenant((tx) =>
      tx.personSensitive.count({ where: { personId: visit.person.id } }),
    );
    expect(sealed).toBe(0);
    expect((await send<VisitAnswer>('operator', 'GET', `/visits/${visit.id}`)).status).toBe(404);
  });
});
