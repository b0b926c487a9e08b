import { ulid } from 'ulid';
import { beforeAll, expect, it } from 'vitest';
import { until } from '../../testing/site.ts';
import { keepPositions, wearBadge } from '../../testing/timeline.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import { readFacts } from '../facts.ts';
import type { TimelinePage } from './schema.ts';

/** What modules have on record of a person, on one timeline: for whom, in order, page by page. */
const used = useApi();
const inTenant = <Result>(work: Parameters<typeof used.database.transaction<Result>>[1]) =>
  used.database.transaction({ tenant: 'demo', user: null }, work);
const personOf = async (employeeNo: string) =>
  (await inTenant((tx) => tx.person.findFirstOrThrow({ where: { employeeNo } }))).id;
const read = (user: string, path: string) => used.api.send<TimelinePage>(user, 'GET', path);
const of = (id: string, query = '') => `/persons/${id}/timeline${query}`;
const everything = async (user: string, path: string, limit: number) => {
  const all: TimelinePage['items'] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await read(user, `${path}?limit=${limit}${next}`);
    expect(status).toBe(200);
    all.push(...body.items);
    cursor = body.next;
  } while (cursor !== null);
  return all;
};

/** A welder, of whom all modules have something: what comes with cameras, gates, fences and people's work is added. */
let welder: string;
beforeAll(async () => {
  await makeUser(used.database, 'clerk', ['person:read@all', 'qualification:read@all']);
  await makeUser(used.database, 'near', ['person:read@department', 'post:read@all'], {
    employeeNo: 'E005',
  });
  // The demonstration adds its gates after the start.
  await until(
    () => inTenant((tx) => tx.gatePoint.findFirst({ where: { machineId: { not: null } } })),
    'the gates are there',
  );
  const assigned = await inTenant((tx) => tx.workAssignment.findFirstOrThrow({}));
  welder = assigned.personId;
  await inTenant(async (tx) => {
    const tenant = { tenantId: 'demo' };
    const at = new Date(Date.now() - 3_600_000);
    const point = await tx.gatePoint.findFirstOrThrow({ where: { machineId: { not: null } } });
    const fence = await tx.areaFence.findFirstOrThrow({});
    const text = { zh: '未戴安全帽', en: 'No helmet' };
    const decisionId = ulid();
    await tx.gateDecision.create({
      data: {
        ...tenant,
        id: decisionId,
        pointId: point.id,
        key: 'k',
        digest: '0'.repeat(64),
        kind: 'start',
        target: point.machineId ?? '',
        personId: welder,
        askedAt: at,
        decidedAt: at,
        decision: 'allow',
        final: false,
        codes: [],
        reasons: [],
        validUntil: at,
      },
    });
    const session = { id: ulid(), decisionId, pointId: point.id, machine: point.machineId ?? '' };
    await tx.gateSession.create({
      data: { ...tenant, ...session, personId: welder, from: at, until: new Date(), checkAt: at },
    });
    const event = { id: ulid(), fenceId: fence.id, areaId: fence.areaId, kind: 'entry' };
    await tx.fenceEvent.create({
      data: {
        ...tenant,
        ...event,
        severity: 'warning',
        personId: welder,
        badge: 'badge-w1',
        begunAt: at,
        openedAt: at,
        state: 'open',
        certainty: 'heard',
        codes: [],
        reasons: [],
      },
    });
    const found = { rule: 'missing-ppe', kindName: text, ruleId: 'helmet', severity: 'warning' };
    await tx.safetyEntry.create({
      data: {
        ...tenant,
        ...found,
        id: ulid(),
        personId: welder,
        violationId: ulid(),
        verdictVersion: 1,
        modelName: 'm',
        modelVersion: '1',
        startedAt: at,
        site: 'plant-1',
        camera: 'hall-west',
        cameraName: { zh: '车间西', en: 'Hall west' },
        confidence: 0.9,
        basis: 'badge',
        explanation: [],
        reviewerId: ulid(),
        reviewerName: { zh: '审', en: 'R' },
        reviewedAt: at,
        objectUntil: at,
        told: false,
      },
    });
    await wearBadge(tx, welder, 'badge-of-welder', new Date(at.getTime() - 3_600_000));
    await keepPositions(tx, 'badge-of-welder', at, [{ area: 'press-line', minutes: 5 }]);
    const [one, other] = await tx.appUser.findMany({ where: { personId: { not: null } }, take: 2 });
    const openCase = { state: 'approved', version: 1, flowVersion: 1, assignees: [] };
    for (const reporterId of [one?.id ?? '', other?.id ?? '']) {
      const hazard = { id: ulid(), no: `H-${reporterId}`, title: 'Loose guard', description: 'd' };
      await tx.hazard.create({
        data: {
          ...tenant,
          ...hazard,
          ...openCase,
          caseId: ulid(),
          type: 'machine-guard',
          suggestedLevel: 'general',
          source: 'phone',
          site: 'plant-1',
          foundAt: at,
          reportedAt: at,
          late: false,
          reporterId,
          reporterName: text,
        },
      });
      await tx.hazardParty.create({
        data: { ...tenant, userId: one?.id ?? '', hazardId: hazard.id },
      });
    }
    await tx.permit.create({
      data: {
        ...tenant,
        ...openCase,
        id: ulid(),
        caseId: ulid(),
        kind: 'hot-work',
        title: 'Weld',
        areaId: 'press-line',
        description: 'd',
        people: [welder],
        fromAt: at,
        toAt: new Date(),
        applicantId: ulid(),
        approvedBy: ulid(),
        enteredAt: at,
      },
    });
    await tx.attendanceDay.createMany({
      skipDuplicates: true,
      data: [
        {
          ...tenant,
          personId: welder,
          day: new Date(new Date().toISOString().slice(0, 10)),
          site: 'plant-1',
          firstIn: at,
          lastOut: null,
          openSince: at,
          presentMinutes: 62,
          missingIn: 0,
          missingOut: 0,
          assumed: false,
          flagged: false,
          sources: ['app', 'position'],
          breaks: [],
          events: [],
        },
      ],
    });
  });
});

it('[PER-12] joins what all modules have of a person, the newest first, each event once', async () => {
  const all = await everything('safety', of(welder), 200);
  expect(all.map(({ at }) => at)).toEqual(
    all
      .map(({ at }) => at)
      .toSorted()
      .reverse(),
  );
  expect(new Set(all.map((one) => `${one.kind}:${one.id}`)).size).toBe(all.length);
  for (const { title, detail } of all) {
    expect(title.zh).toMatch(/\p{Script=Han}/u);
    for (const text of [title.en, detail?.en ?? '']) expect(text).not.toContain('undefined');
  }
  // Page by page it is the same, also where a page ends between events of one instant.
  expect(await everything('safety', of(welder), 1)).toEqual(all);
  expect(await everything('safety', of(welder), 3)).toEqual(all);
});

it('each kind of each module can be read, and has words', async () => {
  const sources = (await readFacts()).flatMap(({ timeline }) => timeline ?? []);
  expect(sources.map(({ kind }) => kind).sort()).toEqual([
    'attendance',
    'emergency-ability',
    'fence',
    'gate',
    'hazard',
    'induction',
    'job',
    'operation',
    'permit',
    'post',
    'practical-test',
    'qualification',
    'rectification',
    'stay',
    'training',
    'violation',
    'visit',
  ]);
  const seen = new Set<string>();
  for (const { id } of await inTenant((tx) => tx.person.findMany({}))) {
    for (const item of (await read('safety', of(id, '?limit=200'))).body.items) seen.add(item.kind);
  }
  expect(sources.map(({ kind }) => kind).filter((kind) => !seen.has(kind))).toEqual([]);
});

it('names the record on whose page an entry is read', async () => {
  const named: Record<string, (string | undefined)[]> = {};
  for (const { id } of await inTenant((tx) => tx.person.findMany({}))) {
    const { items } = (await read('safety', of(id, '?limit=200'))).body;
    for (const { kind, record } of items) named[kind] = [...(named[kind] ?? []), record];
  }
  const [violations, jobs] = await inTenant((tx) =>
    Promise.all([tx.safetyEntry.findMany({}), tx.workJob.findMany({})]),
  );
  const known = [...violations.map(({ violationId }) => violationId), ...jobs.map(({ id }) => id)];
  expect(named['violation']?.length).toBeGreaterThan(0);
  expect(
    [...(named['violation'] ?? []), ...(named['job'] ?? [])].every((id) =>
      known.includes(id ?? ''),
    ),
  ).toBe(true);
});

it('is filtered by kind and time', async () => {
  const id = welder;
  const all = await everything('safety', of(id), 200);
  const only = (await read('safety', of(id, '?kind=qualification&limit=200'))).body.items;
  expect(only).toEqual(all.filter(({ kind }) => kind === 'qualification'));
  const [newest, oldest] = [all[0]?.at ?? '', all.at(-1)?.at ?? ''];
  const before = (await read('safety', of(id, `?until=${newest}&limit=200`))).body.items;
  expect(before).toEqual(all.filter(({ at }) => at < newest));
  const since = (await read('safety', of(id, `?from=${newest}&limit=200`))).body.items;
  expect(since).toEqual(all.filter(({ at }) => at >= newest));
  expect(oldest <= newest).toBe(true);
  const wrong = await read('safety', of(id, '?kind=salary'));
  expect([wrong.status, wrong.body.code]).toEqual([400, 'timeline.kind-unknown']);
  expect((await read('safety', of(id, '?cursor=x'))).status).toBe(400);
});

it('others see the kinds that they may read of that person, and no other person', async () => {
  const [own, other] = [await personOf('E001'), await personOf('E005')];
  const { departmentId } = await inTenant((tx) =>
    tx.person.findFirstOrThrow({ where: { id: other } }),
  );
  const mayRead = ['qualification', 'practical-test', 'training'];
  const { body } = await read('clerk', of(other));
  expect(body.kinds.map(({ kind }) => kind)).toEqual(mayRead);
  expect(body.items.every(({ kind }) => mayRead.includes(kind))).toBe(true);
  // A kind that may not be read is one that is not there.
  expect((await read('clerk', of(other, '?kind=violation'))).status).toBe(400);
  const outside = await inTenant((tx) =>
    tx.person.findFirstOrThrow({
      where: { departmentId: { not: departmentId }, status: 'active' },
    }),
  );
  expect((await read('near', of(outside.id))).status).toBe(404);
  expect((await read('worker.press', of(own))).status).toBe(403);
  expect((await used.api.get(`/api/v1/persons/${own}/timeline`)).status).toBe(401);
});

it('the person reads all of the own events, and others’ looks are on record', async () => {
  const { body } = await read('near', '/me/timeline?limit=200');
  expect(body.kinds.length).toBe(17);
  const own = await personOf('E005');
  const looks = () =>
    inTenant((tx) =>
      tx.auditLog.count({ where: { action: 'view', entity: 'person', personId: own } }),
    );
  const before = await looks();
  await read('near', '/me/timeline');
  await read('near', of(own));
  expect(await looks()).toBe(before);
  const { body: first } = await read('clerk', of(own, '?limit=1'));
  expect(await looks()).toBe(before + 1);
  // A further page is the same look.
  if (first.next) await read('clerk', of(own, `?limit=1&cursor=${encodeURIComponent(first.next)}`));
  expect(await looks()).toBe(before + 1);
  const none = await read('clerk', '/me/timeline');
  expect([none.status, none.body.items, none.body.kinds]).toEqual([200, [], []]);
});
