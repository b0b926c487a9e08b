import { topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { busUser, type RunningApi, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { GatePoint } from '../gates/schema.ts';
import type { Incident } from '../incidents/schema.ts';
import { aloneInAreas } from '../locations/alone.ts';
import type { QualificationView } from '../qualifications/schema.ts';
import type { EntryPage } from '../safety-file/schema.ts';
import type { Violation } from '../violations/schema.ts';

let world: PositionsWorld;
let other: RunningApi;
let plant: mqtt.MqttClient;
let welder: TestDevice;
let fitter: string;
const DAY_MS = 86_400_000;
const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);

beforeAll(async () => {
  world = await openPositionsWorld();
  // Two processes see the same machines.
  other = await startApi(world.site, world.api.settings.databaseUrl);
  const { url, options } = busUser(world.site, 'simulator');
  plant = await mqtt.connectAsync(url, options);
  await makeUser(world.database, 'office', ['qualification:read@all', 'qualification:manage@all']);
  await makeUser(world.database, 'judge', ['violation:read@all', 'violation:review@all']);
  await makeUser(world.database, 'reader', ['violation:read@all', 'match:read@all']);
  await inTenant(async (tx) => {
    await tx.area.updateMany({ where: { floorPlan: 'main-hall' }, data: { floorPlan: 'hall' } });
    await tx.badge.updateMany({ data: { since: new Date(Date.now() - DAY_MS) } });
    await tx.gatePoint.updateMany({ data: { active: false } });
    fitter = (await tx.person.findFirstOrThrow({ where: { employeeNo: 'E007' } })).id;
    for (const employeeNo of ['E006', 'E011']) {
      const { id: personId } = await tx.person.findFirstOrThrow({ where: { employeeNo } });
      for (const purposeId of ['badge-tracking', 'video-identity']) {
        const { _max } = await tx.consentPurpose.aggregate({
          where: { id: purposeId },
          _max: { version: true },
        });
        const answer = { purposeId, noticeVersion: _max.version ?? 1, decision: 'given' };
        const at = new Date(Date.now() - DAY_MS);
        await tx.consent.create({
          data: { tenantId: 'demo', personId, scope: [], at, how: 'desk', ...answer },
        });
      }
    }
  });
  welder = await makeDevice(world.api, 'gate', 'welder-point');
  const made = await world.api.send<GatePoint>('maintainer', 'POST', '/gates/points', {
    device: 'welder-point',
    name: { zh: '焊机', en: 'Welder' },
    machineId: 'welder-1',
  });
  expect(made.status).toBe(201);
});
afterAll(async () => {
  await plant?.endAsync(true);
  await other?.stop();
  await world?.stop();
});

const says = (machine: string, state: string) =>
  plant.publishAsync(
    topics.machineState('demo', machine),
    JSON.stringify({ machine, state, at: new Date().toISOString() }),
    { qos: 1, retain: true },
  );
async function signOn(card: string) {
  const answer = await fetch(`${world.api.url}/api/v1/gates/machine-start`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': ulid(),
      ...welder.headers,
    },
    body: JSON.stringify({
      point: welder.name,
      machine: 'welder-1',
      card,
      at: new Date().toISOString(),
    }),
  });
  return (await answer.json()) as { decision: string };
}
const raised = async (user: string, machine: string): Promise<Violation[]> => {
  const path = '/violations?rule=unqualified-operator&limit=100';
  const { body } = await world.api.send<{ items: Violation[] }>(user, 'GET', path);
  return body.items.filter(({ operator }) => operator?.machine === machine);
};
const first = (machine: string, user = 'judge') =>
  until(async () => (await raised(user, machine))[0], `${machine} is recorded`);
/** As if the machine had run for longer than the grace time. */
const ranOn = (machine: string) =>
  until(async () => {
    const since = new Date(Date.now() - 40_000);
    const { count } = await inTenant((tx) =>
      tx.operatorEpisode.updateMany({ where: { machine }, data: { since } }),
    );
    return count > 0;
  }, `${machine} is looked at`);
const ended = (id: string) =>
  until(
    async () => (await world.api.send<Violation>('judge', 'GET', `/violations/${id}`)).body.endedAt,
    `${id} ended`,
  );

describe('an unqualified operator', () => {
  it('is recorded once for a session whose right ended, and its verdict is in the file of who signed on', async () => {
    expect((await signOn('badge-lent-1')).decision).toBe('allow');
    await says('welder-1', 'running');
    await until(
      () => inTenant((tx) => tx.gateSession.count({ where: { machine: 'welder-1', until: null } })),
      'the session is open',
    );
    const { body } = await world.api.send<{ items: QualificationView[] }>(
      'office',
      'GET',
      `/persons/${fitter}/qualifications`,
    );
    const { id, version } = body.items.find(({ category }) => category === 'welding')!;
    const reason = { version, reason: 'as reported' };
    await world.api.send('office', 'POST', `/qualifications/${id}/suspend`, reason);
    const found = await first('welder-1');
    expect(found).toMatchObject({
      subject: 'machine',
      severity: 'high',
      status: 'pending',
      identity: { state: 'confirmed', candidates: [], person: { id: fitter, basis: 'session' } },
      operator: { reason: 'right-ended', codes: ['not-qualified'], match: expect.any(String) },
      snapshotMissing: { reason: 'not-taken' },
      // No camera of this site sees the welder.
      clipMissing: { reason: 'no-camera' },
    });
    // A reader sees neither the name nor the decision that would tell it.
    const [seen] = await raised('reader', 'welder-1');
    expect(seen).toMatchObject({ identity: null, operator: { match: null } });
    await says('welder-1', 'idle');
    await says('welder-1', 'running');
    // A consent to names in video is not what it rests on.
    await world.agree(fitter);
    await world.consent(fitter, 'video-identity', 'withdrawn');
    const [waiting, ...more] = await raised('judge', 'welder-1');
    expect(more).toEqual([]);
    expect(waiting?.identity?.person?.id).toBe(fitter);
    await says('welder-1', 'stopped');
    await ended(found.id);
    const act = await world.api.send<Incident>('judge', 'GET', `/incidents/${found.id}`);
    const verdict = { decision: 'confirm', version: act.body.version };
    const { status } = await world.api.send(
      'judge',
      'POST',
      `/incidents/${found.id}/verdict`,
      verdict,
    );
    expect(status).toBe(200);
    const file = await world.api.send<EntryPage>('judge', 'GET', `/persons/${fitter}/safety-file`);
    expect(file.body.items).toMatchObject([
      { violation: found.id, identified: { basis: 'session', posterior: null } },
    ]);
  });

  it('is recorded for a machine that runs while nobody signed on at its point', async () => {
    await says('welder-1', 'running');
    await ranOn('welder-1');
    const found = await until(
      async () =>
        (await raised('judge', 'welder-1')).find(
          ({ operator }) => operator?.reason === 'no-sign-on',
        ),
      'it is recorded',
    );
    expect(found).toMatchObject({
      identity: null,
      endedAt: null,
      operator: { codes: [], match: null },
    });
    const audited = await inTenant((tx) =>
      tx.auditLog.count({ where: { entityId: found.id, action: 'create' } }),
    );
    expect(audited).toBe(1);
    await says('welder-1', 'stopped');
    await ended(found.id);
    expect(
      await inTenant((tx) => tx.operatorEpisode.count({ where: { machine: 'welder-1' } })),
    ).toBe(0);
  });

  it('[PER-11] notices a badge at the wrong post while the machine there runs, as a candidate that a reviewer judges', async () => {
    const place = {
      position: { type: 'Point' as const, coordinates: [4, 11] as [number, number] },
    };
    const cameEarlier = async (badge: string) => {
      const { count } = await inTenant((tx) =>
        tx.locationTag.updateMany({
          where: { badge, areaId: 'press-line' },
          data: { areaSince: new Date(Date.now() - 120_000) },
        }),
      );
      return count > 0;
    };
    const dwelt = (badge: string) =>
      until(async () => {
        await world.fix(badge, { ...place, accuracy: 0.5 });
        return cameEarlier(badge);
      }, `${badge} is at the presses`);
    await dwelt('badge-w1');
    await dwelt('badge-w2');
    const alone = () =>
      inTenant(async (tx) =>
        (await aloneInAreas(tx, ['press-line'], new Date())).get('press-line'),
      );
    // Two badges: it may be either.
    expect(await alone()).toBeUndefined();
    await world.fix('badge-w2', {
      position: { type: 'Point', coordinates: [12, 11] },
      accuracy: 0.5,
    });
    await until(async () => (await alone())?.badge === 'badge-w1', 'one badge is left');
    // The press operator holds no post that works at the lathe.
    await says('lathe-1', 'running');
    await ranOn('lathe-1');
    const found = await until(async () => {
      // A fix that is still being written sets the time of its own.
      await cameEarlier('badge-w1');
      return (await raised('judge', 'lathe-1'))[0];
    }, 'the lathe is recorded');
    expect(found).toMatchObject({
      operator: { reason: 'not-matched', codes: ['not-qualified'], cameras: [] },
      camera: 'no-camera',
      identity: {
        state: 'ambiguous',
        person: null,
        candidates: [{ posterior: 0.5, person: { id: await world.personOf('E006') } }],
      },
    });
    await until(async () => {
      const { body } = await world.api.send<{ items: { title: { en: string } }[] }>(
        'operator',
        'GET',
        '/notices',
      );
      return body.items.some(({ title }) => title.en === 'Violation at CNC lathe 1');
    }, 'reviewers are notified');
    // Consent taken back: the candidate goes.
    await world.consent(await world.personOf('E006'), 'video-identity', 'withdrawn');
    const [left] = await raised('judge', 'lathe-1');
    expect(left?.identity).toMatchObject({ state: 'unbadged', candidates: [] });
  });
});
