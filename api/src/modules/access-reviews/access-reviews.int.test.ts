import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Grant, permissions } from '../../platform/access/permissions.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { Review, ReviewCase } from './schema.ts';

let site: Site;
let api: RunningApi;
let auditor: { authorization: string };
let manager: { authorization: string };
type Detail = Review & { cases: ReviewCase[] };

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  auditor = await api.signIn('auditor');
  manager = await api.signIn('manager');
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

const decide = (id: string, decisions: object[], who = auditor) =>
  api.post(`/api/v1/access-reviews/${id}/decisions`, { decisions }, who);
const read = async (answer: Response) => (await answer.json()) as Detail;

describe('[SEC-24] access reviews', () => {
  it('lists all grants, removes unneeded roles at once, and forbids reviewing oneself', async () => {
    const keeper = await api.signIn('keeper');
    expect((await api.get('/api/v1/hazards', keeper)).status).toBe(200);
    const opened = await api.post('/api/v1/access-reviews', {}, auditor);
    expect(opened.status).toBe(201);
    const review = await read(opened);
    // One for each assigned role.
    const all = review.cases.length;
    expect(all).toBeGreaterThanOrEqual(12);
    expect(review.counts).toMatchObject({ all, open: all });
    expect(review.cases.find(({ username }) => username === 'keeper')).toMatchObject({
      roleId: 'warehouse',
      grants: expect.arrayContaining(['hazard:read@department']),
      lastSignIn: expect.any(String),
      decision: null,
    });
    expect((await api.post('/api/v1/access-reviews', {}, auditor)).status).toBe(409);

    const caseOf = (name: string) => {
      const { userId = '', roleId = '' } = review.cases.find((one) => one.username === name) ?? {};
      return { userId, roleId };
    };
    const own = await decide(review.id, [{ ...caseOf('auditor'), decision: 'keep' }]);
    expect([own.status, await own.json()]).toMatchObject([403, { code: 'review.self' }]);
    const unfounded = await decide(review.id, [{ ...caseOf('keeper'), decision: 'remove' }]);
    expect(unfounded.status).toBe(400);
    const reason = 'Moved to another company.';
    const taken = await decide(review.id, [{ ...caseOf('keeper'), decision: 'remove', reason }]);
    expect((await read(taken)).counts).toMatchObject({ removed: 1, open: all - 1 });
    expect((await api.get('/api/v1/hazards', keeper)).status).toBe(403);
    // A stale change by another administrator does not restore the role.
    const stale = await fetch(`${api.url}/api/v1/users/${caseOf('keeper').userId}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', ...(await api.signIn('admin')) },
      body: JSON.stringify({ version: 1, roles: ['warehouse'] }),
    });
    expect([stale.status, await stale.json()]).toMatchObject([
      409,
      { code: 'user.version-conflict', current: { roles: [] } },
    ]);

    // Nor does a later "keep" record a role that was removed.
    const late = await decide(review.id, [{ ...caseOf('keeper'), decision: 'keep' }]);
    expect([late.status, await late.json()]).toMatchObject([409, { code: 'review.role-gone' }]);
    const gone = await decide(review.id, [{ ...caseOf('keeper'), decision: 'remove', reason }]);
    expect(gone.status).toBe(200);
    await decide(review.id, [{ ...caseOf('admin.two'), decision: 'remove', reason }]);
    const last = [{ ...caseOf('admin'), decision: 'remove', reason }];
    const refused = await decide(review.id, last);
    expect([refused.status, await refused.json()]).toMatchObject([
      409,
      { code: 'role.last-manager' },
    ]);
    // Nothing is stored: the case is open, and the role is still assigned.
    const after = await read(await api.get(`/api/v1/access-reviews/${review.id}`, auditor));
    expect(after.cases.find(({ username }) => username === 'admin')?.decision).toBeNull();
    const me = await api.get('/api/v1/me/rights', await api.signIn('admin'));
    expect(await me.json()).toMatchObject({ roles: [{ id: 'admin' }] });

    const rest = review.cases
      .filter(({ username }) => !['auditor', 'keeper', 'admin.two'].includes(username))
      .map(({ userId, roleId }) => ({ userId, roleId, decision: 'keep' }));
    await decide(review.id, rest);
    // The reviewer's own case is left to the other reviewer, and closes it.
    const closed = await decide(review.id, [{ ...caseOf('auditor'), decision: 'keep' }], manager);
    const report = await read(closed);
    expect(report.closedAt).not.toBeNull();
    expect(report.counts).toEqual({ all, open: 0, kept: all - 2, removed: 2 });
    expect((await decide(review.id, rest)).status).toBe(409);
    const database = openDatabase(api.settings.databaseUrl);
    const lines = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { action: 'take-role' } }),
    );
    // Removing a missing role changes nothing: it has its own audit line.
    const confirmed = await database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.count({ where: { action: 'confirm-role-gone' } }),
    );
    expect(confirmed).toBe(1);
    expect(lines).toMatchObject([
      { userName: 'auditor', reason },
      { userName: 'auditor', reason },
    ]);
    await database.close();
  });

  it('opens at once for many accounts with wide roles', async () => {
    const database = openDatabase(api.settings.databaseUrl);
    const given = Object.keys(permissions).map((one) => `${one}@all` as Grant);
    for (let n = 0; n < 120; n++) await makeUser(database, `wide-${n}`, given);
    await makeUser(database, 'opener', ['access-review:manage@all']);
    const opener = await api.signIn('opener');
    const begun = performance.now();
    const opened = await api.post('/api/v1/access-reviews', {}, opener);
    // It took ten seconds where the reviewers were looked for account by account.
    expect(performance.now() - begun).toBeLessThan(4_000);
    const { id, cases } = await read(opened);
    expect(cases.length).toBeGreaterThan(120);
    const told = await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const count = await tx.noticeRecipient.count({
        where: { notice: { kind: 'access.review' } },
      });
      await tx.accessReview.updateMany({ where: { id }, data: { closedAt: new Date() } });
      await tx.appUser.updateMany({
        where: { OR: [{ username: 'opener' }, { username: { startsWith: 'wide-' } }] },
        data: { active: false },
      });
      return count;
    });
    expect(told).toBeGreaterThan(120);
    await database.close();
  });

  it('opens by schedule, and notifies and reminds the reviewers', async () => {
    const { createAccessReviews } = await import('./service.ts');
    const { createUnits } = await import('../../platform/db/unit-of-work.ts');
    const database = openDatabase(api.settings.databaseUrl);
    const units = createUnits({ database, onError: () => {} });
    const told: { to: string[]; en: string }[] = [];
    const reviews = createAccessReviews({
      units,
      events: {
        listening: true,
        on: () => () => {},
        onGap: () => () => {},
        publish() {},
        close: async () => {},
      },
      notices: {
        async notify(_unit, { to, title }) {
          told.push({ to, en: title.en });
        },
      },
    });
    expect(await reviews.openByCalendar('demo')).toEqual(expect.any(String));
    expect(await reviews.openByCalendar('demo')).toBeNull();
    // The auditor and the manager.
    expect(told[0]).toMatchObject({ en: 'A review of rights has begun' });
    expect(told[0]?.to).toHaveLength(2);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    expect(await reviews.remind('demo')).toBe(0);
    expect(await reviews.remind('demo', inDays(25))).toBe(1);
    expect(await reviews.remind('demo', inDays(25))).toBe(0);
    expect(await reviews.remind('demo', inDays(26))).toBe(1);
    expect(told.at(-1)?.en).toBe('A review of rights is due soon');
    await database.close();
  });
});
