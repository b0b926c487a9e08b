import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { useApi } from '../../testing/use-api.ts';
import type { Transaction } from '../db/database.ts';
import { createUnits } from '../db/unit-of-work.ts';
import { shippedRules } from './law/shipped.ts';
import { ruleAt } from './rule-at.ts';
import type { RuleDetail, RuleRow } from './schema.ts';
import { createRules } from './service.ts';
import type { Rule } from './types.ts';

const used = useApi();
const ZONE = 'Asia/Shanghai';
const dayIn = (days: number) => DateTime.now().setZone(ZONE).plus({ days }).toISODate() as string;
const reason = '主管部门 2026-11 的复函';

interface Refusal {
  code: string;
  errors: { field: string }[];
  current: { from: string };
}
const read = async (id: string, user = 'safety') =>
  (await used.api.send<RuleDetail>(user, 'GET', `/rules/${id}`)).body;
const list = async (query: string) =>
  (
    await used.api.send<{ items: RuleRow[]; next: string | null }>(
      'auditor',
      'GET',
      `/rules?${query}`,
    )
  ).body;
const set = (id: string, body: object, user = 'safety.head') =>
  used.api.send<RuleDetail & Refusal>(user, 'POST', `/rules/${id}/overrides`, { reason, ...body });
const end = (override: string, body: object = {}, user = 'safety.head') =>
  used.api.send<RuleDetail & Refusal>(user, 'POST', `/rule-overrides/${override}/end`, {
    reason: '不再需要',
    ...body,
  });
const run = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
  used.database.transaction({ tenant: 'demo', user: null }, work);

describe('the rules of law', () => {
  it('are listed with what holds, found by words, subject and certainty, page by page', async () => {
    const first = await list('limit=5');
    expect(first.items).toHaveLength(5);
    const ids = first.items.map(({ id }) => id);
    let { next } = first;
    while (next !== null) {
      const page = await list(`limit=5&cursor=${next}`);
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(ids).toEqual(shippedRules.map(({ id }) => id).sort());
    const unproved = await list('certainty=memory&subject=special-equipment');
    expect(unproved.items.length).toBeGreaterThan(5);
    for (const { version } of unproved.items) expect(version?.certainty).toBe('memory');
    expect((await list('q=forklift')).items.map(({ id }) => id)).toEqual(['equipment-forklift']);
    expect((await list('q=%E7%AC%AC%2033%20%E6%9D%A1')).items.map(({ id }) => id)).toContain(
      'drill-plan',
    );
    const unknown = await list('state=not-known');
    expect(unknown.items).not.toHaveLength(0);
    for (const one of unknown.items) {
      expect(one).toMatchObject({ value: null, version: { from: '2026-06-01' } });
      expect(one.instead?.text.en).not.toBe('');
    }
  });

  it('are set in place by the head of safety only, with a reason and a line in the audit log', async () => {
    const id = 'training-new-workers';
    expect((await set(id, { amount: 40 }, 'safety')).status).toBe(403);
    expect((await set(id, { amount: 40 }, 'admin')).status).toBe(403);
    expect((await set(id, { amount: 40, reason: ' ' })).status).toBe(400);
    const made = await set(id, { amount: 20 });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      state: 'override',
      value: { amount: 20, unit: 'hours', bound: 'at-least' },
      version: { value: { amount: 24 } },
    });
    const [override] = made.body.overrides;
    expect(override).toMatchObject({
      from: dayIn(0),
      until: null,
      state: 'in-force',
      // The law asks for 24 hours.
      weaker: true,
      lawChanged: false,
      reason,
      setBy: { en: expect.any(String) },
      lawThen: { value: { amount: 24 } },
    });
    expect((await list('state=override')).items.map((one) => one.id)).toContain(id);
    const over = await end(override!.id, { lastDay: dayIn(0) });
    expect(over.body.overrides[0]).toMatchObject({
      until: dayIn(0),
      state: 'in-force',
      endReason: '不再需要',
    });
    const lines = await run((tx) =>
      tx.auditLog.findMany({
        where: { entity: 'rule-override', entityId: override!.id },
        orderBy: { seq: 'asc' },
      }),
    );
    expect(lines).toMatchObject([
      { action: 'create', after: { rule: id, reason, law: { amount: 24 } } },
      { action: 'end-override', after: { until: dayIn(0), reason: '不再需要' } },
    ]);
    expect((await end(override!.id, { lastDay: dayIn(1) })).body.errors[0]?.field).toBe('lastDay');
  });

  it('refuses days of the past, days that overlap, and a rule that has no number', async () => {
    const id = 'drill-on-site';
    const past = await set(id, { amount: 4, from: dayIn(-1) });
    expect([past.status, past.body.code]).toEqual([422, 'rule.override-days']);
    expect(past.body.errors[0]?.field).toBe('from');
    const backwards = await set(id, { amount: 4, from: dayIn(5), until: dayIn(4) });
    expect(backwards.body.errors[0]?.field).toBe('until');
    expect((await set(id, { amount: 4, from: '2027-02-29' })).status).toBe(400);
    expect((await set(id, { amount: 4, from: dayIn(10), until: dayIn(20) })).status).toBe(201);
    const both = await set(id, { amount: 5, from: dayIn(0), until: dayIn(10) });
    expect([both.status, both.body.code]).toEqual([409, 'rule.override-overlaps']);
    expect(both.body.current.from).toBe(dayIn(10));
    expect((await set(id, { amount: 5, from: dayIn(0), until: dayIn(9) })).status).toBe(201);
    for (const fixed of ['pipl-19', 'hazard-record-penalty', 'special-work-revocation']) {
      expect((await set(fixed, { amount: 1 })).body.code).toBe('rule.fixed');
    }
    expect((await set('nothing', { amount: 1 })).status).toBe(404);
  });

  it('of two overrides at once, one is refused', async () => {
    const asked = await Promise.all(
      [1, 2, 3].map((amount) => set('equipment-register', { amount })),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await read('equipment-register')).overrides).toHaveLength(1);
  });

  it('withdraws an override that has not begun: it never holds, and its days are free again', async () => {
    const id = 'equipment-self-check';
    const [planned] = (await set(id, { amount: 2, from: dayIn(30) })).body.overrides;
    expect(planned?.state).toBe('planned');
    expect((await read(id)).state).toBe('law');
    const body = (await end(planned!.id)).body;
    expect(body.overrides[0]).toMatchObject({ state: 'withdrawn', until: dayIn(29) });
    expect((await end(planned!.id)).body.code).toBe('rule.override-over');
    expect((await set(id, { amount: 2, from: dayIn(30) })).status).toBe(201);
  });

  it('a program with another law ships that, leaves the override, and says to look at it again', async () => {
    const id = 'equipment-elevator-maintenance';
    expect((await set(id, { amount: 10 })).status).toBe(201);
    const raised = shippedRules.map((rule): Rule => {
      const [version] = rule.versions;
      return rule.id === id && version?.value?.kind === 'amount'
        ? { ...rule, versions: [{ ...version, value: { ...version.value, amount: 20 } }] }
        : rule;
    });
    const account = { permissions: new Map(), id: 'x' };
    const user = { tenant: 'demo', account } as never;
    const open = (rules: readonly Rule[]) =>
      createRules({
        units: createUnits({ database: used.database, onError: () => {} }),
        timeZone: ZONE,
        rules,
      });
    const later = open(raised);
    expect(await later.get(user, id)).toMatchObject({
      state: 'override',
      value: { amount: 10 },
      version: { value: { amount: 20 } },
      override: { lawChanged: true, lawThen: { value: { amount: 15 } } },
    });
    const asked = { limit: 50, state: 'law-changed' } as const;
    expect((await later.list(user, asked)).items.map((one) => one.id)).toEqual([id]);
    expect((await open(shippedRules).list(user, asked)).items).toEqual([]);
    // What other modules ask has the same book.
    const book = await run((tx) => later.book(tx));
    expect(ruleAt(book, id, new Date())).toMatchObject({
      state: 'override',
      value: { amount: 10 },
    });
    expect((await read(id)).override?.lawChanged).toBe(false);
  });

  it('another company sees none of it', async () => {
    const rows = await used.database.transaction({ tenant: 'other', user: null }, (tx) =>
      tx.ruleOverride.count(),
    );
    expect(rows).toBe(0);
    expect(await run((tx) => tx.ruleOverride.count())).toBeGreaterThan(3);
  });

  it('the legal basis of hazards is read from them', async () => {
    const { body } = await used.api.send<{ items: { id: string; source: string }[] }>(
      'safety',
      'GET',
      '/hazard-laws',
    );
    expect(body.items).toHaveLength(4);
    expect(body.items[0]?.source).toBe(
      '安全生产事故隐患排查治理暂行规定（安监总局令第16号）第 3 条',
    );
  });
});
