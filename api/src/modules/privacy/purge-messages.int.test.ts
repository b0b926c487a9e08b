import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase, type Transaction } from '../../platform/db/database.ts';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { digestOfIds } from './purge.ts';
import type { Policy } from './schema.ts';

let site: Site;
let api: RunningApi;
let database: Database;
let urls: DatabaseUrls;
let officer: { authorization: string };

const run = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  database.transaction({ tenant: 'demo', user: null }, work);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const tenantId = 'demo';

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase(['other']);
  api = await startApi(site, urls.appUrl);
  database = openDatabase(api.settings.databaseUrl);
  await makeUser(database, 'p-officer', ['privacy:manage@all', 'audit:read@all']);
  officer = await api.signIn('p-officer');
});
afterAll(async () => {
  await database?.close();
  await api?.stop();
  await site?.stop();
});

interface Proof {
  policy: string;
  count: number;
  digest: string;
}
async function purge(): Promise<Proof[]> {
  const answer = await api.post('/api/v1/privacy/purges', {}, officer);
  return ((await answer.json()) as { items: Proof[] }).items;
}
const of = (proofs: Proof[], policy: string) => proofs.find((one) => one.policy === policy);

const FEEDS = ['bus', 'webhooks', 'violation-notices'];

/** Events of this age, published by every feed. */
async function tellEvents(ages: readonly number[]): Promise<{ id: string; seq: bigint }[]> {
  const events = ages.map((days) => ({
    tenantId,
    id: ulid(),
    type: 'cn.anshi.test.told.v1',
    entity: 'test',
    at: daysAgo(days),
    data: {},
  }));
  await run((tx) => tx.outboxEvent.createMany({ data: events }));
  const rows = await run((tx) =>
    tx.outboxEvent.findMany({
      where: { id: { in: events.map(({ id }) => id) } },
      orderBy: { seq: 'asc' },
    }),
  );
  const last = rows.at(-1)?.seq ?? 0n;
  await until(async () => {
    // The seal of the audit log follows the numbers of that log.
    const positions = await run((tx) =>
      tx.feedPosition.findMany({ where: { feed: { not: 'audit-seal' } } }),
    );
    const known = new Set(positions.map(({ feed }) => feed));
    return (
      [...FEEDS, 'consumer:users.person-left'].every((feed) => known.has(feed)) &&
      positions.every(({ settled }) => settled >= last)
    );
  }, 'every feed has published them');
  return rows;
}

describe('[SEC-10] published events have a retention term', () => {
  it('is in the data register, each class with its term and its purge', async () => {
    const answer = await api.get('/api/v1/privacy/register', officer);
    const { items } = (await answer.json()) as { items: Policy[] };
    const terms = Object.fromEntries(
      items.map(({ id, retentionDays, purged }) => [id, [retentionDays, purged]]),
    );
    expect(terms).toMatchObject({
      'outgoing-events': [30, true],
      'webhook-deliveries': [30, true],
      notices: [180, true],
      'notice-settings': [30, true],
      'account-requests': [365, true],
    });
  });

  it('events are removed after publication, deliveries before them; pending ones stay', async () => {
    const [old, waited, delivered, young] = await tellEvents([40, 41, 42, 2]);
    if (!old || !waited || !delivered || !young) throw new Error('no events');
    const webhookId = ulid();
    const delivery = (eventSeq: bigint, state: string, days: number) => ({
      tenantId,
      id: ulid(),
      webhookId,
      eventSeq,
      eventId: ulid(),
      type: 't',
      state,
      createdAt: daysAgo(days),
      nextAt: new Date(Date.now() + 86_400_000),
      finishedAt: state === 'pending' ? null : daysAgo(days),
    });
    const data = [
      delivery(waited.seq, 'pending', 41),
      delivery(delivered.seq, 'delivered', 42),
      delivery(young.seq, 'dead', 2),
    ];
    await run(async (tx) => {
      await tx.webhook.create({
        data: {
          tenantId,
          id: webhookId,
          name: 'h',
          url: 'https://h.example',
          types: [],
          secretSealed: 's',
        },
      });
      await tx.webhookDelivery.createMany({ data });
      await tx.webhookAttempt.create({
        data: { tenantId, deliveryId: data[1]?.id ?? '', number: 1, ms: 1, status: 204 },
      });
    });
    const proofs = await purge();
    expect(of(proofs, 'webhook-deliveries')).toMatchObject({
      count: 1,
      digest: digestOfIds([data[1]?.id ?? '']),
    });
    expect(of(proofs, 'outgoing-events')).toMatchObject({
      count: 2,
      digest: digestOfIds([old.id, delivered.id]),
    });
    const kept = await run((tx) => tx.outboxEvent.findMany({ where: { entity: 'test' } }));
    expect(kept.map(({ id }) => id).sort()).toEqual([waited.id, young.id].sort());
    expect(await run((tx) => tx.webhookAttempt.count())).toBe(0);
    expect(await run((tx) => tx.webhookDelivery.count())).toBe(2);
    expect(await purge()).toEqual([]);
  });

  it('[ARC-03] the lineage of a record shows since when its events are complete', async () => {
    const person = await run((tx) => tx.person.findFirstOrThrow());
    const about = (days: number, type: string) => ({
      tenantId,
      id: ulid(),
      type: `cn.anshi.person.${type}.v1`,
      entity: 'person',
      subject: person.id,
      at: daysAgo(days),
      data: {},
    });
    const lineage = async () => {
      const path = `/api/v1/data-catalogue/person/${person.id}/lineage`;
      const answer = await api.get(path, officer);
      return (await answer.json()) as { told: { type: string }[]; toldSince: string | null };
    };
    const removedBefore = (await lineage()).toldSince;
    const [old, young] = [about(39, 'created'), about(3, 'changed')];
    await run((tx) => tx.outboxEvent.createMany({ data: [old, young] }));
    // Every feed has published them, and later ones.
    await tellEvents([1]);
    expect((await lineage()).told.map(({ type }) => type)).toEqual([old.type, young.type]);
    expect((await lineage()).toldSince).toBe(removedBefore);
    await purge();
    expect(await lineage()).toMatchObject({
      told: [{ type: young.type }],
      toldSince: old.at.toISOString(),
    });
  });

  it('no event is removed otherwise: by the application, the owner, or another tenant', async () => {
    const [event] = await tellEvents([50]);
    await expect(run((tx) => tx.outboxEvent.deleteMany({}))).rejects.toThrow();
    await expect(run((tx) => tx.outboxEvent.updateMany({ data: { type: 'x' } }))).rejects.toThrow();
    const owner = new pg.Client({ connectionString: urls.superUrl });
    await owner.connect();
    await owner.query("SELECT set_config('app.tenant', 'demo', false)");
    await expect(owner.query('DELETE FROM outbox_event')).rejects.toThrow(/never changed/);
    await owner.end();
    const other = await database.transaction(
      { tenant: 'other', user: null },
      (tx) => tx.$queryRaw`SELECT * FROM purge_outbox(now(), 100)`,
    );
    expect(other).toEqual([]);
    // A week is kept in any case.
    const [young] = await tellEvents([3]);
    const taken = await run(
      (tx) =>
        tx.$queryRaw<{ id: string }[]>`SELECT id FROM purge_outbox(now() + interval '1 day', 100)`,
    );
    expect(taken.map(({ id }) => id)).toContain(event?.id);
    expect(taken.map(({ id }) => id)).not.toContain(young?.id);
  });

  it.each(FEEDS)('an event that "%s" has not read stays at any age', async (feed) => {
    const [told] = await tellEvents([60]);
    // Together: the running feed would move its position on.
    const taken = await run(async (tx) => {
      const settled = (told?.seq ?? 1n) - 1n;
      await tx.feedPosition.updateMany({ where: { feed }, data: { settled } });
      return tx.$queryRaw<{ id: string }[]>`SELECT id FROM purge_outbox(now(), 1000)`;
    });
    expect(taken.map(({ id }) => id)).not.toContain(told?.id);
  });

  it('notices are removed with recipients and deliveries, except pending ones', async () => {
    const operator = await run((tx) =>
      tx.appUser.findFirstOrThrow({ where: { username: 'operator' } }),
    );
    const notice = (days: number, lastDays: number) => ({
      tenantId,
      id: ulid(),
      kind: 'test',
      severity: 'info',
      title: { zh: '旧', en: 'old' },
      body: { zh: '旧', en: 'old' },
      createdAt: daysAgo(days),
      lastAt: daysAgo(lastDays),
    });
    const [gone, again, waiting, young] = [
      notice(200, 200),
      notice(200, 10),
      notice(200, 200),
      notice(5, 5),
    ];
    const all = [gone, again, waiting, young].flatMap((one) => (one ? [one] : []));
    await run(async (tx) => {
      await tx.notice.createMany({ data: all });
      await tx.noticeRecipient.createMany({
        data: all.map(({ id }) => ({ tenantId, noticeId: id, userId: operator.id })),
      });
      await tx.noticeDelivery.createMany({
        data: all.map(({ id }) => ({
          tenantId,
          noticeId: id,
          channel: 'email',
          recipient: operator.id,
          state: id === waiting?.id ? 'held' : 'sent',
          nextAt: new Date(Date.now() + 86_400_000),
        })),
      });
    });
    expect(of(await purge(), 'notices')).toMatchObject({
      count: 1,
      digest: digestOfIds([gone?.id ?? '']),
    });
    const left = await run((tx) => tx.notice.findMany({ where: { kind: 'test' } }));
    expect(left.map(({ id }) => id).sort()).toEqual(
      [again, waiting, young].map((one) => one?.id ?? '').sort(),
    );
    const id = gone?.id ?? '';
    expect(await run((tx) => tx.noticeRecipient.count({ where: { noticeId: id } }))).toBe(0);
    expect(await run((tx) => tx.noticeDelivery.count({ where: { noticeId: id } }))).toBe(0);
  });

  it('addresses and devices are removed after leaving, and decided requests after a year', async () => {
    const [left, stays] = await run(async (tx) => {
      const find = (username: string) => tx.appUser.findFirstOrThrow({ where: { username } });
      return [await find('buyer'), await find('keeper')];
    });
    await run(async (tx) => {
      for (const { id: userId } of [left, stays]) {
        await tx.noticeProfile.create({ data: { tenantId, userId, email: 's1:person:x' } });
        await tx.pushSubscription.create({
          data: {
            tenantId,
            id: ulid(),
            userId,
            endpoint: `https://push.example/${userId}`,
            digest: userId.padEnd(64, '0'),
            p256dh: 'p',
            auth: 'a',
          },
        });
      }
      await tx.person.updateMany({
        where: { id: left.personId ?? '' },
        data: { status: 'left', leftOn: daysAgo(60) },
      });
      const request = (days: number, state: string) => ({
        tenantId,
        id: ulid(),
        userId: stays.id,
        action: 'unlock',
        state,
        duties: [],
        roles: [],
        requestedBy: left.id,
        requestedByName: 'buyer',
        expiresAt: daysAgo(days - 1),
        decidedAt: state === 'open' ? null : daysAgo(days),
      });
      await tx.accountRequest.createMany({
        data: [request(400, 'refused'), request(400, 'open'), request(20, 'expired')],
      });
    });
    const proofs = await purge();
    expect(of(proofs, 'notice-settings')).toMatchObject({
      count: 1,
      digest: digestOfIds([left.id]),
    });
    expect(of(proofs, 'account-requests')?.count).toBe(1);
    const owners = async () => ({
      profiles: (await run((tx) => tx.noticeProfile.findMany())).map(({ userId }) => userId),
      devices: (await run((tx) => tx.pushSubscription.findMany())).map(({ userId }) => userId),
    });
    expect(await owners()).toEqual({ profiles: [stays.id], devices: [stays.id] });
    expect(await run((tx) => tx.accountRequest.count())).toBe(2);
  });
});
