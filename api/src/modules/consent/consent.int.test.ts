import { type Location, topics } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../platform/db/database.ts';
import { makeDevice } from '../../testing/devices.ts';
import {
  busUser,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { enforcedPurposes, seedPurposes } from './defaults.ts';
import { consentGate } from './gate.ts';

let site: Site;
let api: RunningApi;
let database: Database;
let gateway: MqttClient;
type Headers = { authorization: string };
let worker: Headers;
let hr: Headers;
let officer: Headers;
let viewer: Headers;
let person: string;
let unasked: string;

const run = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const idOf = (employeeNo: string) =>
  run(async (tx) => (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id);

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
  database = openDatabase(api.settings.databaseUrl);
  const { url, options } = busUser(site, 'simulator');
  gateway = await connectAsync(url, options);
  await makeUser(database, 'c-worker', [], { employeeNo: 'E008' });
  await makeUser(database, 'c-hr', ['person:read@all', 'person:manage@all']);
  await makeUser(database, 'c-privacy', ['privacy:manage@all']);
  await makeUser(database, 'c-viewer', ['location:read@all']);
  worker = await api.signIn('c-worker');
  hr = await api.signIn('c-hr');
  officer = await api.signIn('c-privacy');
  viewer = await api.signIn('c-viewer');
  person = await idOf('E008');
  unasked = await idOf('E010');
  for (const [id, badge] of [
    [person, 'badge-buyer'],
    [unasked, 'badge-env'],
  ] as const) {
    const answer = await call('POST', `/persons/${id}/badges`, hr, { badge });
    if (answer.status !== 200) throw new Error(answer.text);
  }
});
afterAll(async () => {
  await gateway?.endAsync(true);
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

let sent = 0;
const fix = (badge: string): Location => ({
  position: { type: 'Point', coordinates: [3, 4] },
  source: 'hall',
  provider_type: 'rfid',
  provider_id: badge,
  trackables: [],
  timestamp_generated: new Date(Date.now() + sent++).toISOString(),
  crs: 'local',
  accuracy: 0.5,
});
const publish = (location: Location) =>
  gateway.publishAsync(topics.readerLocations('demo', 'hall'), JSON.stringify(location), {
    qos: 1,
  });
const historyOf = (badge: string) =>
  run((tx) => tx.locationHistory.count({ where: { providerId: badge } }));
const seen = async (badge: string) =>
  (await call('GET', '/locations', viewer)).json.items.some(
    (one: Location) => one.provider_id === badge,
  );
/** Sends the fixes and one of an unassigned badge, whose arrival shows that all were handled. */
async function sendByBus(...badges: string[]): Promise<void> {
  const marker = `free-${sent++}`;
  for (const badge of badges) await publish(fix(badge));
  await publish(fix(marker));
  await until(async () => (await historyOf(marker)) > 0, 'the marker is stored');
}
const own = async (): Promise<Record<string, string>> => {
  const { json } = await call('GET', '/me/consents', worker);
  return Object.fromEntries(
    json.items.map((one: { purpose: { id: string }; state: string }) => [
      one.purpose.id,
      one.state,
    ]),
  );
};
const decide = (decision: string, noticeVersion = 1) =>
  call('POST', '/me/consents', worker, { purpose: 'badge-tracking', noticeVersion, decision });

describe('[SEC-21] employees are informed and asked before their data are collected', () => {
  it('shows purpose, data and retention, in both languages', async () => {
    const { json } = await call('GET', '/me/consents', worker);
    const tracking = json.items.find(
      (one: { purpose: { id: string } }) => one.purpose.id === 'badge-tracking',
    );
    expect(tracking).toMatchObject({
      state: 'unasked',
      purpose: { version: 1, sensitive: true, scope: ['badge-position'] },
    });
    expect(tracking.purpose.notice.zh).toMatch(/位置.*撤回/s);
    expect(tracking.purpose.notice.en).toMatch(/take your agreement back/);
  });

  it('asks only for existing processing, and stops at a refusal', async () => {
    expect(Object.keys(await own()).sort()).toEqual([...enforcedPurposes].sort());
    // The notice on pictures says what is left out by name, and what cannot be.
    const { json } = await call('GET', '/me/consents', worker);
    const training = json.items.find(
      (one: { purpose: { id: string } }) => one.purpose.id === 'training-data',
    );
    expect(training.purpose.notice.en).toMatch(
      /badge names you, or makes you a candidate, is used only where you agreed/,
    );
    expect(training.purpose.notice.en).toMatch(/not known who is in them/);
  });

  it('stores no position of an assigned badge before its wearer agreed, by bus or by HTTP', async () => {
    await sendByBus('badge-buyer', 'badge-env');
    const read = {
      timestamp: new Date().toISOString(),
      hostname: 'r1',
      eventType: 'tagInventory',
      tagInventoryEvent: { epcHex: 'ABCD', antennaPort: 1 },
    };
    await call('POST', `/persons/${unasked}/badges`, hr, { badge: 'ABCD' });
    const { headers: token } = await makeDevice(api, 'reader', 'r1');
    expect((await call('POST', '/ingest/rfid/impinj', token, [read])).status).toBe(200);
    for (const badge of ['badge-buyer', 'badge-env', 'ABCD']) {
      expect(await historyOf(badge)).toBe(0);
      expect(await seen(badge)).toBe(false);
    }
    expect(await (await api.get('/metrics')).text()).toMatch(/result="no-consent"[^\n]* [1-9]/);
  });

  it('stores them from the moment of agreement', async () => {
    expect(await run((tx) => consentGate.allowed(tx, person, 'badge-tracking'))).toBe(false);
    expect((await decide('given', 7)).json.code).toBe('consent.notice-old');
    expect((await decide('given')).status).toBe(200);
    expect(await own()).toMatchObject({ 'badge-tracking': 'given', 'training-data': 'unasked' });
    expect(await run((tx) => consentGate.allowed(tx, person, 'badge-tracking'))).toBe(true);
    expect(await run((tx) => consentGate.allowed(tx, person, 'training-data'))).toBe(false);
    await sendByBus('badge-buyer', 'badge-env');
    expect(await historyOf('badge-buyer')).toBe(1);
    expect(await seen('badge-buyer')).toBe(true);
    expect(await historyOf('badge-env')).toBe(0);
  });

  it('erases collected data on withdrawal, and collects no more', async () => {
    expect((await decide('withdrawn')).status).toBe(200);
    expect(await historyOf('badge-buyer')).toBe(0);
    expect(await seen('badge-buyer')).toBe(false);
    await sendByBus('badge-buyer');
    expect(await historyOf('badge-buyer')).toBe(0);
    const { json } = await call('GET', `/persons/${person}/consents`, hr);
    expect(json.history).toMatchObject([
      { decision: 'withdrawn', how: 'phone' },
      { decision: 'given', how: 'phone', noticeVersion: 1, scope: ['badge-position'] },
    ]);
    const lines = await run((tx) =>
      tx.auditLog.findMany({ where: { personId: person, action: { startsWith: 'consent-' } } }),
    );
    expect(lines.map(({ action }) => action)).toEqual(['consent-given', 'consent-withdrawn']);
    expect(lines[1]?.after).toMatchObject({ erased: 2 });
  });

  it('asks again after a substantial change of the notice, and not after a correction', async () => {
    expect((await decide('given')).status).toBe(200);
    const { json } = await call('GET', '/consent-purposes', worker);
    const now = json.items.find((one: { id: string }) => one.id === 'badge-tracking');
    const { id, validFrom: _, createdAt: __, ...body } = now;
    const correct = {
      ...body,
      renew: false,
      notice: { ...body.notice, en: 'Words were corrected.' },
    };
    const path = `/consent-purposes/${id}`;
    expect((await call('PUT', path, worker, correct)).status).toBe(403);
    expect((await call('PUT', path, officer, correct)).json).toMatchObject({
      version: 2,
      validFrom: 1,
    });
    expect(await own()).toMatchObject({ 'badge-tracking': 'given' });
    expect((await call('PUT', path, officer, correct)).json.code).toBe('privacy.version-conflict');

    const wider = { ...body, version: 2, renew: true, scope: ['badge-position', 'heart-rate'] };
    expect((await call('PUT', path, officer, wider)).json).toMatchObject({
      version: 3,
      validFrom: 3,
    });
    expect(await own()).toMatchObject({ 'badge-tracking': 'outdated' });
    const before = await historyOf('badge-buyer');
    await sendByBus('badge-buyer');
    expect(await historyOf('badge-buyer')).toBe(before);
    expect((await decide('given', 3)).status).toBe(200);
    await sendByBus('badge-buyer');
    expect(await historyOf('badge-buyer')).toBe(before + 1);
  });

  it('records an answer on paper with the location of the form; positions of unassigned badges stay', async () => {
    const body = { purpose: 'badge-tracking', noticeVersion: 3, decision: 'given', how: 'paper' };
    const path = `/persons/${unasked}/consents`;
    expect((await call('POST', path, hr, body)).status).toBe(400);
    expect((await call('POST', path, worker, { ...body, note: 'folder 12' })).status).toBe(403);
    expect((await call('POST', path, hr, { ...body, note: 'folder 12' })).status).toBe(200);
    await sendByBus('badge-env', 'nobodys');
    expect(await historyOf('badge-env')).toBe(1);
    expect(await historyOf('nobodys')).toBe(1);
    const back = { purpose: 'badge-tracking', note: 'asked at the desk' };
    expect((await call('POST', `${path}/withdraw`, hr, back)).status).toBe(200);
    expect(await historyOf('badge-env')).toBe(0);
    expect(await historyOf('nobodys')).toBe(1);
  });

  it('[SEC-07] is counted for the office without names, and small groups are hidden', async () => {
    const of = async () => {
      const { json, text } = await call('GET', '/privacy/consents', officer);
      expect(text).not.toContain(person);
      const found = json.items.find(
        ({ purpose }: { purpose: { id: string } }) => purpose.id === 'badge-tracking',
      );
      return {
        people: json.people as number,
        counts: found.counts as Record<string, number | null>,
      };
    };
    expect((await call('GET', '/privacy/consents', worker)).status).toBe(403);
    expect((await decide('given', 3)).status).toBe(200);
    // Fewer than five agreed: neither that nor, by the total, the rest is shown.
    const hidden = await of();
    expect(hidden.counts.given).toBeNull();
    const values = Object.values(hidden.counts);
    expect(values.filter((count) => count === null).length).toBeGreaterThanOrEqual(2);
    const shown = values.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    expect(hidden.people - shown).toBeGreaterThanOrEqual(5);

    await run((tx) =>
      tx.privacySetting.create({ data: { tenantId: 'demo', minGroupSize: 2, answerDays: 15 } }),
    );
    const before = await of();
    expect(Object.values(before.counts).some((count) => count !== null)).toBe(true);
    expect((await decide('withdrawn', 3)).status).toBe(200);
    // A withdrawal does not reveal the person's answers to others.
    const after = await of();
    expect(after.counts.withdrawn).toSatisfy((n: number | null) => n === null || n >= 2);
  });

  it('counts active purposes only; a tenant can end a purpose', async () => {
    const given = async () =>
      (await call('GET', '/privacy/consents', officer)).json.items.find(
        (one: { purpose: { id: string } }) => one.purpose.id === 'gate-picture',
      ).counts;
    const body = {
      version: 0,
      name: { zh: '门禁', en: 'Gate' },
      notice: { zh: '门禁照片', en: 'A picture at the gate' },
      scope: ['video'],
      sensitive: true,
      renew: true,
    };
    const path = '/consent-purposes/gate-picture';
    expect((await call('PUT', path, officer, body)).status).toBe(200);
    expect(await own()).toMatchObject({ 'gate-picture': 'unasked' });
    const answer = { purpose: 'gate-picture', noticeVersion: 1, decision: 'given' };
    expect((await call('POST', '/me/consents', worker, answer)).status).toBe(200);
    // A single answer is not shown.
    expect(await given()).toMatchObject({ given: null, unasked: null });
    const ended = { ...body, version: 1, active: false };
    expect((await call('PUT', path, officer, ended)).status).toBe(200);
    expect(await given()).toMatchObject({ given: 0, unasked: 0 });
    expect(await own()).not.toHaveProperty('gate-picture');
    const again = { ...answer, noticeVersion: 2 };
    expect((await call('POST', '/me/consents', worker, again)).status).toBe(404);
    const back = { ...again, decision: 'withdrawn' };
    expect((await call('POST', '/me/consents', worker, back)).status).toBe(200);
  });

  it('updates the program’s texts, and keeps the tenant’s', async () => {
    const newest = () =>
      run((tx) =>
        tx.consentPurpose.findMany({
          distinct: ['id'],
          orderBy: [{ id: 'asc' }, { version: 'desc' }],
        }),
      );
    const before = await newest();
    const text = { zh: '旧', en: 'Old' };
    const row = { tenantId: 'demo', name: text, notice: text, scope: ['video'], sensitive: true };
    await run(async (tx) => {
      // An earlier version of the program set it inactive, as there were no names then.
      await tx.consentPurpose.create({
        data: { ...row, id: 'video-identity', version: 50, renew: false, active: false },
      });
      // The company's own text.
      await tx.consentPurpose.create({
        data: { ...row, id: 'badge-tracking', version: 50, renew: false, createdBy: 'u-privacy' },
      });
      await seedPurposes(tx, 'demo');
    });
    const after = await newest();
    const one = (id: string) => after.find((purpose) => purpose.id === id);
    expect(one('video-identity')).toMatchObject({ version: 51, active: true, renew: true });
    expect(one('video-identity')?.notice).not.toEqual(text);
    expect(one('badge-tracking')).toMatchObject({ version: 50, notice: text });
    expect(one('training-data')).toEqual(before.find(({ id }) => id === 'training-data'));
  });
});
