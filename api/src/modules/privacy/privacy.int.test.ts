import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemCaller } from '../../platform/access/caller.ts';
import { type Database, openDatabase, type Transaction } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { startWorker } from '../../testing/worker.ts';
import { createCompliance } from './compliance.ts';
import { digestOfIds } from './purge.ts';
import type { Compliance, Policy } from './schema.ts';

let site: Site;
let api: RunningApi;
let database: Database;
type Headers = { authorization: string };
let officer: Headers;
let worker: Headers;
let reader: Headers;

const run = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const personOf = (employeeNo: string) =>
  run(async (tx) => (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

beforeAll(async () => {
  site = await openSite();
  const dataDir = join(site.folder, 'privacy-data');
  api = await startApi(site, (await site.seededDatabase()).appUrl, {
    dataDir,
    keyring: { file: join(dataDir, 'keyring.json'), make: true },
  });
  database = openDatabase(api.settings.databaseUrl);
  await makeUser(database, 'p-officer', [
    'privacy:manage@all',
    'key:manage@all',
    'registry:read@all',
    'audit:read@all',
    'violation:read@all',
    'violation:review@all',
  ]);
  await makeUser(database, 'p-worker', [], { employeeNo: 'E006' });
  await makeUser(database, 'p-reader', ['statistics:read@all', 'person:read@all']);
  await makeUser(database, 'p-head', ['statistics:read@department'], { employeeNo: 'E005' });
  officer = await api.signIn('p-officer');
  worker = await api.signIn('p-worker');
  reader = await api.signIn('p-reader');
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

async function call(method: string, path: string, headers: Headers, body?: unknown) {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, json: text ? JSON.parse(text) : null };
}
const policy = async (id: string): Promise<Policy> => {
  const { json } = await call('GET', '/privacy/register', worker);
  return json.items.find((one: Policy) => one.id === id);
};
async function change(id: string, changes: Record<string, unknown>) {
  const { department, person, purged: _, createdAt: __, id: ___, ...fields } = await policy(id);
  return call('PUT', `/privacy/register/${id}`, officer, {
    ...fields,
    departmentId: department?.id ?? null,
    personId: person?.id ?? null,
    ...changes,
  });
}

describe('[SEC-10] the register of data, and the purge', () => {
  it('names of each class what for, what, who answers, who may use it, how long and where', async () => {
    const location = await policy('location-history');
    expect(location).toMatchObject({
      retentionDays: 30,
      retentionSource: { zh: '《个人信息保护法》第十九条' },
      certainty: 'T',
      sensitive: true,
      department: null,
      purged: true,
    });
    const body = { departmentId: 'safety', personId: await personOf('E002'), retentionDays: 10 };
    expect((await change('location-history', body)).json).toMatchObject({
      version: 2,
      department: { id: 'safety' },
      person: { name: '王安全' },
      retentionDays: 10,
    });
    expect((await change('location-history', { version: 1 })).json.code).toBe(
      'privacy.version-conflict',
    );
    expect((await change('location-history', { departmentId: 'nowhere' })).status).toBe(404);
    expect((await call('PUT', '/privacy/register/x', worker, {})).status).toBe(403);
  });

  it('removes what is over its term, nothing else, and leaves a proof that can be checked', async () => {
    const locations = [1, 9, 11, 40].map((days, i) => ({
      tenantId: 'demo',
      providerType: 'uwb',
      providerId: `tag-${i}`,
      generatedAt: daysAgo(days),
      source: 'hall',
      location: { n: i },
    }));
    const events = [20, 95, 120].map((days, i) => ({
      tenantId: 'demo',
      source: 'camera/x',
      eventId: `e${i}`,
      type: 't',
      violationId: ulid(),
      receivedAt: daysAgo(days),
    }));
    await run(async (tx) => {
      await tx.locationHistory.createMany({ data: locations });
      await tx.violationEventInbox.createMany({ data: events });
    });
    expect((await call('POST', '/privacy/purges', worker)).status).toBe(403);
    const { json, text } = await call('POST', '/privacy/purges', officer);
    const proof = (id: string) => json.items.find((one: { policy: string }) => one.policy === id);
    const removed = locations
      .slice(2)
      .map((one) => `uwb ${one.providerId} hall ${one.generatedAt.toISOString()}`);
    expect(proof('location-history'), text).toMatchObject({
      count: 2,
      policyVersion: 2,
      oldest: locations[3]?.generatedAt.toISOString(),
      newest: locations[2]?.generatedAt.toISOString(),
      digest: digestOfIds(removed),
    });
    expect(proof('violation-events')).toMatchObject({
      count: 2,
      digest: digestOfIds(['camera/x e1', 'camera/x e2']),
    });
    const left = await run((tx) =>
      tx.locationHistory.findMany({ orderBy: { generatedAt: 'desc' } }),
    );
    expect(left.map(({ providerId }) => providerId)).toEqual(['tag-0', 'tag-1']);
    expect(await run((tx) => tx.violationEventInbox.count())).toBe(1);
    expect((await call('POST', '/privacy/purges', officer)).json.items).toEqual([]);
    const listed = await call('GET', '/privacy/purges?policy=location-history', officer);
    expect(listed.json.items).toEqual([proof('location-history')]);
    // A proof stays as it was written.
    await expect(run((tx) => tx.purgeProof.updateMany({ data: { count: 0 } }))).rejects.toThrow();
    await expect(run((tx) => tx.purgeProof.deleteMany({}))).rejects.toThrow();
  });

  it("never removes another tenant's rows, nor events that may be sent again", async () => {
    const admin = openDatabase(api.settings.databaseUrl);
    const rows = await admin.transaction(
      { tenant: 'other', user: null },
      (tx) => tx.$queryRaw`SELECT * FROM purge_violation_inbox(now(), 100)`,
    );
    expect(rows).toEqual([]);
    await run(
      (tx) => tx.$queryRaw`SELECT * FROM purge_violation_inbox(now() + interval '1 day', 100)`,
    );
    expect(await run((tx) => tx.violationEventInbox.count())).toBe(1);
    await admin.close();
  });

  it('removes the files of evidence that were reviewed and belong to no open hazard, and the record says so', async () => {
    const camera = await startWorker(site, api);
    const kept = await camera.confirm();
    const gone = await camera.confirm();
    const linked = await camera.confirm();
    await camera.stop();
    const verdict = { decision: 'confirm', version: 1 };
    for (const { data } of [gone, linked]) {
      await call('POST', `/violations/${data.violation}/verdict`, officer, verdict);
    }
    const hazardId = ulid();
    const at = new Date();
    await run(async (tx) => {
      const reporter = await tx.appUser.findFirstOrThrow();
      await tx.hazard.create({
        data: {
          tenantId: 'demo',
          id: hazardId,
          no: 'YH-20260101-9001',
          title: 'still open',
          description: 'still open',
          type: 'fire',
          suggestedLevel: 'general',
          source: 'desk',
          site: 'changzhou-1',
          foundAt: at,
          reportedAt: at,
          late: false,
          reporterId: reporter.id,
          reporterName: { zh: '甲', en: 'A' },
          caseId: ulid(),
          flowVersion: 1,
          state: 'reported',
          version: 1,
          assignees: [],
        },
      });
      const entityId = linked.data.violation;
      await tx.hazardLink.create({
        data: { tenantId: 'demo', hazardId, entity: 'violation', entityId },
      });
    });
    await call('GET', `/violations/${gone.data.violation}`, officer);
    expect((await change('violation-evidence', { retentionDays: 1 })).status).toBe(200);
    await run((tx) => tx.evidence.updateMany({ data: { storedAt: daysAgo(3) } }));
    const files = () =>
      readdir(join(api.settings.dataDir, 'evidence', 'demo'), { recursive: true });
    const before = (await files()).length;
    const { json } = await call('POST', '/privacy/purges', officer);
    expect(json.items, JSON.stringify(json)).toMatchObject([{ policy: 'violation-evidence' }]);
    expect(json.items[0].files).toBeGreaterThanOrEqual(1);
    expect((await files()).length).toBeLessThan(before);
    const picture = (id: string) => call2(`/violations/${id}/snapshot`);
    const answers = await Promise.all([picture(kept.data.violation), picture(gone.data.violation)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 410]);
    expect(answers[1]?.code).toBe('evidence.purged');
    // A hazard that is open still needs it; once it is closed, it goes.
    expect((await picture(linked.data.violation)).status).toBe(200);
    const closing = { closedAt: at, outcome: 'rejected' };
    await run((tx) => tx.hazard.updateMany({ where: { id: hazardId }, data: closing }));
    await call('POST', '/privacy/purges', officer);
    expect((await picture(linked.data.violation)).code).toBe('evidence.purged');
  });
});

async function call2(path: string) {
  const answer = await fetch(`${api.url}/api/v1${path}`, { headers: officer });
  const problem = answer.ok ? null : ((await answer.json()) as { code: string });
  if (answer.ok) await answer.arrayBuffer();
  return { status: answer.status, code: problem?.code };
}

describe('[SEC-07] statistics about people', () => {
  it('show no group that is too small, and none that follows from the others', async () => {
    const read = async (by: string, who = reader) =>
      (await call('GET', `/statistics/people?by=${by}`, who)).json;
    const byDepartment = await read('department');
    expect(byDepartment.minGroupSize).toBe(5);
    expect(byDepartment.groups.every((one: { count: null }) => one.count === null)).toBe(true);
    expect(byDepartment).toMatchObject({ total: 12, hidden: 8 });
    expect((await read('status')).groups).toEqual([{ key: 'active', name: 'active', count: 12 }]);
    expect(JSON.stringify(byDepartment)).not.toContain('E00');
    // Who left alone does not follow from two views: this total less that of those who work here.
    const one = await personOf('E009');
    const leaving = (status: string, leftOn: Date | null) =>
      run((tx) =>
        tx.person.update({
          where: { tenantId_id: { tenantId: 'demo', id: one } },
          data: { status, leftOn },
        }),
      );
    await leaving('left', new Date());
    expect((await read('department')).total).toBe(11);
    expect(await read('status')).toMatchObject({
      total: null,
      groups: [
        { key: 'active', count: null },
        { key: 'left', count: null },
      ],
    });
    await leaving('active', null);
    // Two people are no statistic, also for their own head.
    expect(await read('department', await api.signIn('p-head'))).toMatchObject({
      total: null,
      groups: [{ key: 'press-shop', count: null }],
    });
    const settings = { minGroupSize: 2, answerDays: 15 };
    expect((await call('PUT', '/privacy/settings', worker, settings)).status).toBe(403);
    expect((await call('PUT', '/privacy/settings', officer, settings)).json).toEqual(settings);
    const now = await read('department');
    expect(now.groups.filter((one: { count: number }) => one.count >= 2).length).toBeGreaterThan(0);
    expect(
      (await call('PUT', '/privacy/settings', officer, { ...settings, minGroupSize: 1 })).status,
    ).toBe(400);
    expect((await call('GET', '/statistics/people?by=department', worker)).status).toBe(403);
  });
});

describe('the rights of a person', () => {
  it('shows them what is held about them and who looked at it, masked on the screen', async () => {
    const id = await personOf('E006');
    await call('GET', `/persons/${id}`, reader);
    const { json, text } = await call('GET', '/me/data', worker);
    expect(json.person, text).toMatchObject({ employeeNo: 'E006', phone: '138****1015' });
    expect(json.accesses).toContainEqual(
      expect.objectContaining({ action: 'view', userName: 'p-reader' }),
    );
    expect(json.policies.length).toBeGreaterThan(5);
    expect(text).not.toContain('E005');
  });

  it('hands everything out as a file, with the plain values and their positions', async () => {
    const at = new Date();
    await run((tx) =>
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
    const { json } = await call('GET', '/me/data.export', worker);
    expect(json.person).toMatchObject({ phone: '13800001015', employeeNo: 'E006' });
    expect(json.person.nationalId).toMatch(/^320499\d{11}[\dX]$/);
    expect(json.positions).toMatchObject([{ at: at.toISOString(), location: { x: 1 } }]);
    const lines = await run((tx) => tx.auditLog.count({ where: { action: 'export' } }));
    expect(lines).toBe(1);
  });

  it('corrects what is wrong when the officer grants it, and keeps the request sealed', async () => {
    const asked = {
      kind: 'correct',
      text: 'My phone is 13911112222 now',
      fields: { phone: '13911112222', name: '孙晓梅' },
    };
    const made = await call('POST', '/me/requests', worker, asked);
    expect(made.json, made.text).toMatchObject({ state: 'open', fields: ['name', 'phone'] });
    expect(new Date(made.json.dueAt).getTime()).toBeGreaterThan(Date.now() + 14 * 86_400_000);
    const stored = await run((tx) => tx.dataRequest.findFirstOrThrow());
    expect(JSON.stringify(stored)).not.toContain('13911112222');
    const path = `/privacy/requests/${made.json.id}/decision`;
    const decision = { decision: 'grant', answer: '已核对并更正' };
    expect((await call('POST', path, worker, decision)).status).toBe(403);
    expect((await call('POST', path, officer, decision)).json).toMatchObject({
      state: 'granted',
      result: { corrected: ['phone', 'name'] },
    });
    expect((await call('POST', path, officer, decision)).json.code).toBe('data-request.decided');
    const { json } = await call('GET', '/me/data', worker);
    expect(json.person).toMatchObject({ name: '孙晓梅', phone: '139****2222' });
  });

  it('erases what law lets, and says of the rest why it is kept', async () => {
    const made = await call('POST', '/me/requests', worker, { kind: 'erase', text: '请删除' });
    const path = `/privacy/requests/${made.json.id}/decision`;
    const { json } = await call('POST', path, officer, { decision: 'grant', answer: '已处理' });
    expect(json).toMatchObject({
      state: 'partly',
      result: { erased: [{ policy: 'location-history', count: 1 }] },
    });
    const kept = Object.fromEntries(
      json.result.kept.map((one: { policy: string; why: { zh: string } }) => [
        one.policy,
        one.why.zh,
      ]),
    );
    expect(kept['hazard-records']).toContain('《安全生产法》第四十一条');
    expect(kept['person-sensitive']).toContain('在职期间');
    const left = await run((tx) => tx.locationHistory.count({ where: { providerId: 'badge-w1' } }));
    expect(left).toBe(0);
    const { json: consents } = await call('GET', '/me/consents', worker);
    const tracking = consents.items.find(
      (one: { purpose: { id: string } }) => one.purpose.id === 'badge-tracking',
    );
    expect(tracking.state).toBe('withdrawn');
    // One who left also loses number and phone, at once on request.
    await run((tx) =>
      tx.person.updateMany({
        where: { employeeNo: 'E012' },
        data: { status: 'left', leftOn: new Date('2026-01-31') },
      }),
    );
    expect((await call('GET', '/me/requests', worker)).json.items).toHaveLength(2);
  });

  it('removes number and phone of those who left, in the term of the register', async () => {
    const id = await personOf('E012');
    const there = () => run((tx) => tx.personSensitive.count({ where: { personId: id } }));
    expect((await call('POST', '/privacy/purges', officer)).json.items).toEqual([]);
    expect(await there()).toBe(1);
    await change('person-sensitive', { retentionDays: 180 });
    const { json } = await call('POST', '/privacy/purges', officer);
    expect(json.items).toMatchObject([{ policy: 'person-sensitive', count: 1 }]);
    expect(await there()).toBe(0);
  });
});

describe('[SEC-20] the page on the laws', () => {
  const statusOf = (page: Compliance) =>
    Object.fromEntries(page.items.map(({ id, status }) => [id, status]));

  it('tells from facts what is met, and changes with them', async () => {
    expect((await call('GET', '/privacy/compliance', worker)).status).toBe(403);
    const before = await call('GET', '/privacy/compliance', officer);
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
      purposes: ['badge-tracking', 'training-data'],
      necessity: 'Warnings in danger zones need positions; a list at the gate does not warn.',
      risks: [{ risk: 'tracks of breaks', level: 'medium' }],
      measures: '30 days, consent, encrypted, no face recognition',
      conclusion: 'acceptable',
      assessedOn: '2026-11-01',
    };
    const short = { ...assessment, keepUntil: '2028-11-01' };
    expect((await call('PUT', '/privacy/assessments/positions', officer, short)).status).toBe(400);
    const put = await call('PUT', '/privacy/assessments/positions', officer, assessment);
    expect(put.json).toMatchObject({ version: 1, keepUntil: '2029-11-01' });
    const { json } = await call('GET', '/privacy/register', officer);
    for (const { id, personal } of json.items as Policy[]) {
      if (personal) {
        await change(id, { departmentId: 'safety', personId: await personOf('E002') });
      }
    }
    const keeper = { personId: await personOf('E003'), note: 'copy in the safe' };
    await call('POST', '/keys/custody', officer, keeper);
    const after = statusOf((await call('GET', '/privacy/compliance', officer)).json);
    expect(after).toMatchObject({
      'pipl-55-56': 'met',
      'pipl-13': 'to-confirm',
      'pipl-28-29': 'met',
      'dsl-21-27': 'to-confirm',
    });

    await run((tx) =>
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
    const late = statusOf((await call('GET', '/privacy/compliance', officer)).json);
    expect(late['pipl-44-47']).toBe('open');
  });

  const item = async (id: string): Promise<Compliance['items'][0]> =>
    (await call('GET', '/privacy/compliance', officer)).json.items.find(
      (one: { id: string }) => one.id === id,
    );

  it('lets a person confirm what no program sees, by name, for a year and with a line', async () => {
    const path = '/privacy/compliance/csl-logs/confirmations';
    const note = { note: 'Proxy and firewall: 200 days, seen on 2026-11-20, folder 7' };
    expect((await item('csl-logs')).status).toBe('to-confirm');
    expect((await call('POST', path, worker, note)).status).toBe(403);
    expect((await call('POST', path, officer, { note: '  ' })).status).toBe(400);
    const met = '/privacy/compliance/pipl-44-47/confirmations';
    expect((await call('POST', met, officer, note)).status).toBe(404);
    expect(await item('csl-logs')).toMatchObject({ status: 'to-confirm', confirmation: null });

    expect((await call('POST', path, officer, note)).status).toBe(200);
    expect(await item('csl-logs')).toMatchObject({
      status: 'confirmed',
      confirmation: { note: note.note, name: { zh: expect.any(String) } },
    });
    const lines = await run((tx) =>
      tx.auditLog.findMany({ where: { entity: 'compliance-duty', entityId: 'csl-logs' } }),
    );
    expect(lines).toMatchObject([{ action: 'confirm', userName: 'p-officer' }]);
    // A year later it is to be confirmed again.
    const [keyring, transport] = [
      { status: async () => ({ data: [] }) },
      { http: true, mqtt: true },
    ];
    const compliance = createCompliance({
      units: createUnits({ database, onError: () => {} }),
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
    const { json } = await call('GET', '/privacy/register', officer);
    const log = (json.items as Policy[]).find(({ id }) => id === 'audit-log')!;
    const short = await change('audit-log', { retentionDays: 30 });
    expect(short).toMatchObject({ status: 400 });
    await run(async (tx) => {
      const row = await tx.dataPolicy.findFirstOrThrow({
        where: { id: 'audit-log', version: log.version },
      });
      const { legalBasis, retentionSource, storage, name, purpose, ...rest } = row;
      await tx.dataPolicy.create({
        data: {
          ...rest,
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
    const { json } = await call('GET', '/consent-purposes', officer);
    const tracking = json.items.find((one: { id: string }) => one.id === 'badge-tracking');
    const { id, version, name, notice, scope, sensitive } = tracking;
    const body = { version, name, notice, scope, sensitive, renew: false, active: false };
    expect((await call('PUT', `/consent-purposes/${id}`, officer, body)).status).toBe(200);
    // People wear badges, and nobody is asked.
    const now = await notices();
    expect(now).toMatchObject({ ok: false });
    expect(now?.text.en).toContain('badge-tracking');
  });
});

describe('[ARC-03] the hub and its lineage', () => {
  it('lists the entities that all modules share, and where their records come from', async () => {
    const { json, text } = await call('GET', '/data-catalogue', officer);
    const person = json.items.find((one: { entity: string }) => one.entity === 'person');
    expect(person, text).toMatchObject({
      records: 12,
      sources: [{ system: 'demo', records: 12 }],
      references: ['department'],
      policy: 'person-file',
    });
    expect(json.items.map((one: { entity: string }) => one.entity)).toEqual(
      expect.arrayContaining(['person', 'department', 'area', 'equipment', 'violation', 'hazard']),
    );
  });

  it('tells of one record its source, each change and what others were told of it', async () => {
    await makeUser(database, 'p-hr', ['person:read@all', 'person:manage@all']);
    const hr = await api.signIn('p-hr');
    const body = {
      employeeNo: 'E300',
      name: '沈新',
      departmentId: 'assembly',
      source: { system: 'erp', ref: 'P-77' },
    };
    const { json: made } = await call('POST', '/persons', hr, body);
    await call('PATCH', `/persons/${made.id}`, hr, { version: 1, name: '沈新新' });
    const { json, text } = await call('GET', `/data-catalogue/person/${made.id}/lineage`, officer);
    expect(json, text).toMatchObject({
      source: 'erp',
      changes: [
        { action: 'create', by: 'p-hr' },
        { action: 'update', by: 'p-hr', fields: ['name'] },
      ],
      told: [{ type: 'cn.anshi.person.created.v1' }, { type: 'cn.anshi.person.changed.v1' }],
      // Nothing is left out and nothing was removed.
      changesSince: null,
      toldSince: null,
    });
    // Of more than are shown, the newest are shown, and the answer says so.
    await run((tx) =>
      tx.auditLog.createMany({
        data: Array.from({ length: 1_000 }, (_, n) => ({
          tenantId: 'demo',
          action: 'update',
          entity: 'person',
          entityId: made.id,
          after: { [`field-${n}`]: n },
        })),
      }),
    );
    const long = await call('GET', `/data-catalogue/person/${made.id}/lineage`, officer);
    expect(long.json.changes).toHaveLength(1_000);
    expect(long.json.changes.at(-1).fields).toEqual(['field-999']);
    expect(long.json.changesSince).toBe(json.changes[1].at);
    const odd = encodeURIComponent("x' OR 1=1 --");
    expect((await call('GET', `/data-catalogue/person/${odd}/lineage`, officer)).status).toBe(404);
    expect((await call('GET', '/data-catalogue/pg-user/1/lineage', officer)).status).toBe(404);
  });
});

it('[SEC-10] the digest of a proof is that of the ids, in order, one a line', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(digestOfIds(['b', 'a'])).toBe(sha256('a\nb'));
});
