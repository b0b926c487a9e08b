import { randomBytes } from 'node:crypto';
import { type EdgeDecision, type EdgeSigned, edgeContent } from '@anshi/contracts';
import { edgeCardDigest, verifyEdge } from '@anshi/contracts/edge-signature';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { GateDecisionView, GatePoint } from './schema.ts';

let world: GateWorld;
let welder: TestDevice;
let pointId: string;
beforeAll(async () => {
  world = await openGates();
  await makeUser(world.database, 'hr', ['person:read@all', 'person:manage@all']);
  ({ device: welder, id: pointId } = await world.welder());
});
afterAll(() => world?.stop());

const send: GateWorld['api']['send'] = (...given) => world.api.send(...given);
const newNonce = () => randomBytes(16).toString('base64url');

/** Sends as a gateway does by the credential of a point. */
async function edge(
  device: TestDevice,
  path: string,
  { body, key = ulid(), headers = {} }: { body?: object; key?: string; headers?: object } = {},
) {
  const answer = await fetch(`${world.api.url}/api/v1/gates/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body ? { 'content-type': 'application/json', 'idempotency-key': key } : {}),
      ...device.headers,
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

async function permits(device = welder, { have = 0, wait = 0, nonce = newNonce() } = {}) {
  const headers = have > 0 ? { 'if-none-match': `"${have}"` } : {};
  const query = `point=${device.name}&nonce=${nonce}&wait=${wait}`;
  const answer = await edge(device, `edge-permits?${query}`, { headers });
  if (answer.status !== 200) return { ...answer, content: null };
  const signed = answer.body as EdgeSigned;
  return { ...answer, content: edgeContent.parse(JSON.parse(signed.content)) };
}
const ready = (device = welder) =>
  until(async () => (await permits(device)).content, 'the list of the point is made');
const has = (content: Awaited<ReturnType<typeof ready>>, card: string) => {
  const digest = edgeCardDigest(content.list.hashKey, card);
  return content.list.entries.some((one) => one.card === digest);
};
const personOf = (badge: string) =>
  world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const row = await tx.badge.findFirstOrThrow({ where: { badge, until: null } });
    return row.personId;
  });
const decision = (changes: Partial<EdgeDecision> = {}): EdgeDecision => ({
  point: welder.name,
  kind: 'start',
  target: 'welder-1',
  card: cards.fitter,
  at: new Date().toISOString(),
  decidedAt: new Date().toISOString(),
  decision: 'allow',
  sequence: 1,
  validUntil: new Date(Date.now() + 500_000).toISOString(),
  ...changes,
});

it('gives no list where it is off, and a signed one of those alone who may once it is on', async () => {
  expect(await permits()).toMatchObject({ status: 409, body: { code: 'gate.edge-off' } });
  // Who was let start lately plausibly works here, and who has a post or an assignment here.
  expect((await world.ask(welder, { machine: 'welder-1', card: cards.fitter })).status).toBe(200);
  const change = { version: 1, edge: true, edgeMinutes: 10 };
  const on = await send<GatePoint>('maintainer', 'PATCH', `/gates/points/${pointId}`, change);
  expect(on.status).toBe(200);
  const content = await ready();
  const { list } = content;
  expect(list).toMatchObject({ device: welder.name, machine: 'welder-1', area: null });
  expect(Date.parse(list.expiresAt) - Date.parse(list.issuedAt)).toBe(600_000);
  expect(has(content, cards.fitter)).toBe(true);
  expect(has(content, cards.leader)).toBe(false);
  for (const { validUntil, kind, target } of list.entries) {
    expect([kind, target]).toEqual(['start', 'welder-1']);
    expect(Date.parse(validUntil)).toBeLessThanOrEqual(Date.parse(list.expiresAt));
  }
  // No card and no name is in it.
  expect(JSON.stringify(content)).not.toContain('badge');
  const key = (await edge(welder, 'edge-key')).body;
  const nonce = newNonce();
  const { body, content: again } = await permits(welder, { nonce });
  expect(again?.nonce).toBe(nonce);
  expect(verifyEdge(key.publicKey, body)).toBe(true);
  const shown = await send<GatePoint>('maintainer', 'GET', `/gates/points/${pointId}`);
  expect(shown.body.edgeList).toMatchObject({
    entries: list.entries.length,
    isCurrent: true,
    publicKey: key.publicKey,
  });
  const { door, other } = { door: await world.point({ areaId: 'robot-cell' }), other: welder.name };
  const foreign = `edge-permits?point=${other}&nonce=${newNonce()}`;
  expect((await edge(door.device, foreign)).status).toBe(403);
});

it('answers a waiting gateway within a second when a card is released', async () => {
  let { sequence } = (await ready()).list;
  // The start of before makes another list, perhaps only now.
  await until(async () => {
    const { status, content } = await permits(welder, { have: sequence });
    sequence = content?.list.sequence ?? sequence;
    return status === 304;
  }, 'nothing is new');
  const person = await personOf(cards.fitter);
  const { body: badges } = await send<{ badges: { id: string; badge: string }[] }>(
    'hr',
    'GET',
    `/persons/${person}`,
  );
  const badge = badges.badges.find((one) => one.badge === cards.fitter);
  const released = await send('hr', 'DELETE', `/persons/${person}/badges/${badge?.id}`);
  expect(released.status).toBeLessThan(300);
  const began = performance.now();
  let have = sequence;
  await until(async () => {
    const { content } = await permits(welder, { have, wait: 20 });
    have = content?.list.sequence ?? have;
    return content !== null && !has(content, cards.fitter);
  }, 'the card is off the list');
  // A second; the machine that tests may be slow.
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(have).toBeGreaterThan(sequence);
  await send('hr', 'POST', `/persons/${person}/badges`, { badge: cards.fitter });
  await until(async () => {
    const next = (await permits()).content;
    return next !== null && has(next, cards.fitter);
  }, 'the card is on the list again');
});

it('lets a few requests of a point wait for another list, and answers further ones at once', async () => {
  const kept = await until(async () => {
    const have = (await ready()).list.sequence;
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { status } = await permits(welder, { have, wait: 4 });
        return { status, ms: performance.now() - began };
      }),
    );
    // Another list that was issued meanwhile ends the wait.
    return answers.every(({ status }) => status === 304) ? answers : null;
  }, 'no list is issued for four seconds');
  const waited = kept.map(({ ms }) => ms > 3_500).sort();
  expect(waited).toEqual([false, false, true, true, true, true]);
});

it('takes what a gateway decided once, and says what it would have refused', async () => {
  const key = ulid();
  const given = decision();
  const first = await edge(welder, 'edge-decisions', { body: given, key });
  expect(first).toMatchObject({ status: 200, body: { lateDecision: null } });
  expect(await edge(welder, 'edge-decisions', { body: given, key })).toEqual(first);
  const many = await Promise.all(
    Array.from({ length: 6 }, () => edge(welder, 'edge-decisions', { body: given, key })),
  );
  expect(new Set(many.map(({ body }) => body.id)).size).toBe(1);
  const late = await edge(welder, 'edge-decisions', { body: decision({ card: cards.leader }) });
  expect(late).toMatchObject({ status: 200, body: { lateDecision: 'deny' } });
  const { body: shown } = await send<GateDecisionView>(
    'safety',
    'GET',
    `/gates/decisions/${late.body.id}`,
  );
  expect(shown).toMatchObject({ decision: 'allow', edge: { lateDecision: 'deny' } });
  await until(async () => {
    const { body } = await send<{ items: { kind: string; link: string }[] }>(
      'safety',
      'GET',
      '/notices',
    );
    const link = `/gates/${late.body.id}`;
    return body.items.some((one) => one.kind === 'gate.edge-late' && one.link === link);
  }, 'the safety officer is notified');
  const refused = await edge(welder, 'edge-decisions', {
    body: decision({ decision: 'deny', card: null }),
  });
  expect(refused.body.lateDecision).toBeNull();
});

it('records a session for the start of a gateway where the machine still runs', async () => {
  await world.says('welder-1', 'running');
  // A card without a wearer has no session, and keeps none of the others waiting.
  await edge(welder, 'edge-decisions', { body: decision({ card: 'a-card-of-nobody' }) });
  const body = decision();
  const { body: made } = await edge(welder, 'edge-decisions', { body });
  const sessions = await until(async () => {
    const found = await world.sessions('welder-1');
    return found.length > 0 ? found : null;
  }, 'the session begins');
  expect(sessions[0]).toMatchObject({ machine: 'welder-1', until: null });
  expect(made.id).toMatch(/^[0-9A-Z]{26}$/);
});

it('counts what the point got, where the API decided later than the gateway', async () => {
  await world.says('welder-1', 'stopped');
  await until(
    async () => (await world.sessions('welder-1')).every((one) => one.until !== null),
    'no session is open',
  );
  // The API allowed it when the gateway waited no longer, and had refused.
  const key = ulid();
  const slow = await world.ask(welder, { machine: 'welder-1', card: cards.fitter }, { key });
  expect(slow.body.decision).toBe('allow');
  await world.says('welder-1', 'running');
  const sessionOf = async () =>
    (await world.sessions('welder-1')).find((one) => one.decisionId === slow.body.id);
  await until(sessionOf, 'the session begins');
  const given = await edge(welder, 'edge-decisions', { body: decision({ decision: 'deny' }), key });
  expect(given.status).toBe(200);
  expect(given.body.id).not.toBe(slow.body.id);
  const over = await sessionOf();
  expect(over?.until).toEqual(over?.from);
  const shown = async (id: string) =>
    (await send<GateDecisionView>('safety', 'GET', `/gates/decisions/${id}`)).body;
  expect(await shown(slow.body.id)).toMatchObject({ decision: 'allow', superseded: true });
  expect(await shown(given.body.id)).toMatchObject({ decision: 'deny', superseded: false });
  // The machine still runs, and no session begins by what the point never got.
  const before = (await world.sessions('welder-1')).length;
  const next = await world.ask(welder, { machine: 'welder-1', card: cards.fitter });
  await until(
    async () => (await world.sessions('welder-1')).find((one) => one.decisionId === next.body.id),
    'the session of the next start begins',
  );
  expect(await world.sessions('welder-1')).toHaveLength(before + 1);
});

it('refuses decisions of another target, of tomorrow, of long ago, or another one with the key', async () => {
  const key = ulid();
  await edge(welder, 'edge-decisions', { body: decision({ decision: 'deny' }), key });
  const before = await world.decisions();
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const codeOf = async (body: EdgeDecision, given = ulid()) =>
    (await edge(welder, 'edge-decisions', { body, key: given })).body.code;
  expect(await codeOf(decision({ target: 'lathe-1' }))).toBe('device.other-name');
  expect(await codeOf(decision({ point: 'another-reader' }))).toBe('device.other-name');
  expect(await codeOf(decision({ decidedAt: at(1) }))).toBe('gate.clock');
  expect(await codeOf(decision({ decidedAt: at(-31) }))).toBe('gate.edge-old');
  expect(await codeOf(decision({ card: cards.leader }), key)).toBe('gate.key-taken');
  expect(await world.decisions()).toEqual(before);
});

it('tells those who manage points what a gateway refused', async () => {
  const body = { point: welder.name, fault: 'other-key', at: new Date().toISOString() };
  expect((await edge(welder, 'edge-reports', { body })).status).toBe(200);
  await until(async () => {
    const { body: page } = await send<{ items: { kind: string }[] }>(
      'maintainer',
      'GET',
      '/notices',
    );
    return page.items.some(({ kind }) => kind === 'gate.edge-fault');
  }, 'the maintainer is notified');
  const { body: point } = await send<GatePoint>('maintainer', 'GET', `/gates/points/${pointId}`);
  expect(point.edgeList).toMatchObject({ fault: 'other-key' });
});
