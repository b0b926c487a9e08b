import { topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import type { IncidentChain } from '../modules/incident-chain/schema.ts';
import type { IncidentDetail } from '../modules/incidents/schema.ts';
import type { Transaction } from '../platform/db/database.ts';
import { answered, eventOf, reportOf } from './alarms.ts';
import { makeDevice } from './devices.ts';
import { openPositionsWorld } from './positions-world.ts';
import { busUser, type Sent, until } from './site.ts';
import { makeUser } from './users.ts';
import { endedEvent } from './worker.ts';

const DAY_MS = 86_400_000;

export type ChainWorld = Awaited<ReturnType<typeof openChainWorld>>;

/**
 * A plant with one incident of which every module has something: made by the routes, the bus and the workers that make it.
 * The accounts that look each lack something: `officer` nothing, `reader` all but violations, gates and positions, `press` and
 * `neighbour` the other department.
 */
export async function openChainWorld() {
  const world = await openPositionsWorld();
  const { api, database, worker } = world;
  const { url, options } = busUser(world.site, 'simulator');
  const plant = await mqtt.connectAsync(url, options);
  const person = await world.personOf('E006');
  const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    database.transaction({ tenant: 'demo', user: null }, work);
  const chainOf = (user: string, id: string): Promise<Sent<IncidentChain & { code: string }>> =>
    api.send(user, 'GET', `/incidents/${id}/chain`);

  /** Sends as a user and takes the answer. @throws where it is refused. */
  async function done<Body>(
    user: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<Body> {
    const answer = await api.send<Body>(user, method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  async function plantOfTheDemonstration(): Promise<void> {
    await inTenant(async (tx) => {
      await tx.area.updateMany({ where: { floorPlan: 'main-hall' }, data: { floorPlan: 'hall' } });
      await tx.area.updateMany({ where: { id: 'press-line' }, data: { site: 'plant-1' } });
      await tx.badge.updateMany({ data: { since: new Date(Date.now() - DAY_MS) } });
      await tx.gatePoint.updateMany({ data: { active: false } });
      await tx.areaFence.updateMany({ data: { activeSince: new Date(Date.now() - DAY_MS) } });
    });
    const at = '/cameras/hall-west/configuration';
    const { version } = await done<{ version: number }>('admin', 'GET', at);
    await done('admin', 'PATCH', at, { version, area: 'press-line' });
    // The accounts that look: each lacks something.
    const all = ['violation:read@all', 'gate:read@all', 'location:read@all'] as const;
    await makeUser(database, 'officer', [
      ...all,
      'violation:review@all',
      'hazard:read@all',
      'hazard:report@all',
      'qualification:read@all',
      'emergency:read@all',
      'permit:read@all',
      'fence:read@all',
      'command:read@all',
      'evidence:hold@all',
      'evidence:export@all',
      'audit:read@all',
      'objection:decide@all',
    ]);
    await makeUser(database, 'reader', [...all]);
    await makeUser(
      database,
      'neighbour',
      ['violation:read@department', 'qualification:read@department', 'hazard:read@department'],
      { employeeNo: 'E012' },
    );
    await makeUser(database, 'press', ['violation:read@department', 'hazard:read@department'], {
      employeeNo: 'E005',
    });
  }

  /** What was known of the place before. */
  async function before(): Promise<string> {
    await world.agree(person);
    return (
      await done<{ id: string }>('safety', 'POST', '/hazards', {
        id: ulid(),
        type: 'machine-guard',
        description: '护罩松动 the guard is loose',
        site: 'plant-1',
        areaId: 'press-line',
        foundAt: new Date().toISOString(),
      })
    ).id;
  }

  /** A start that is refused, and one that is allowed with a run of the machine. */
  async function gates(): Promise<string> {
    const { headers, name } = await makeDevice(api, 'gate', 'press-point');
    await done('maintainer', 'POST', '/gates/points', {
      device: name,
      name: { zh: '冲床', en: 'Press' },
      machineId: 'press-1',
    });
    const ask = async (card: string) => {
      const answer = await fetch(`${api.url}/api/v1/gates/machine-start`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': ulid(), ...headers },
        body: JSON.stringify({
          point: name,
          machine: 'press-1',
          card,
          at: new Date().toISOString(),
        }),
      });
      return (await answer.json()) as { id: string; decision: string };
    };
    const denied = await ask('badge-w2');
    const allowed = await ask('badge-w1');
    if (denied.decision !== 'deny' || allowed.decision !== 'allow') {
      throw new Error(`the point answered ${denied.decision} and ${allowed.decision}`);
    }
    await plant.publishAsync(
      topics.machineState('demo', 'press-1'),
      JSON.stringify({ machine: 'press-1', state: 'running', at: new Date().toISOString() }),
      { qos: 1, retain: true },
    );
    await until(
      () => inTenant((tx) => tx.gateSession.count({ where: { machine: 'press-1', until: null } })),
      'the press is operated',
    );
    return denied.id;
  }

  /** The finding of a person near a badge, an alarm that was given, and a command. */
  async function during(): Promise<{ finding: string; incident: string }> {
    await world.fix('badge-w1', {
      position: { type: 'Point', coordinates: [4, 11] },
      accuracy: 0.5,
    });
    await until(
      () => inTenant((tx) => tx.locationHistory.count({ where: { areaId: 'press-line' } })),
      'the badge is in the area',
    );
    const now = Date.now();
    const event = await worker.confirm({
      startedAt: new Date(now).toISOString(),
      confirmedAt: new Date(now + 1).toISOString(),
      arming: {
        by: 'machine',
        machine: { machine: 'press-1', state: 'running', at: new Date(now).toISOString() },
      },
    });
    const finding = event.data.violation;
    await worker.deliver(endedEvent(event, new Date(Date.now()).toISOString()));
    const { items } = await done<{ items: IncidentDetail[] }>(
      'officer',
      'GET',
      `/incidents?finding=${finding}`,
    );
    const incident = items[0]?.id ?? '';
    const line = await inTenant((tx) => tx.alarmLine.findFirstOrThrow({}));
    const given = reportOf({
      device: 'press-beacon',
      area: 'press-line',
      violation: finding,
      line: line.id,
    });
    const muted = {
      ...reportOf(),
      device: 'press-beacon',
      area: 'press-line',
      violation: finding,
      line: line.id,
    };
    for (const report of [
      given,
      answered(given, { state: 'done' }),
      { ...muted, state: 'refused' as const, fault: 'muted' as const, muted: ['light' as const] },
    ]) {
      const message = eventOf(report);
      await worker.say(topics.alarmEvents('demo', 'worker-1'), message, false);
      const word = await until(
        () => worker.acknowledgements(message.id)[0],
        'the word on the alarm',
      );
      if (word.result !== 'committed') throw new Error(`the report is ${word.result}`);
    }
    const beacon = await inTenant((tx) =>
      tx.siteDevice.findFirstOrThrow({ where: { device: 'press-beacon' } }),
    );
    await done('operator', 'POST', `/site-devices/${beacon.id}/commands`, {
      key: ulid(),
      action: 'signal',
      parameters: { light: 'flash', sound: true, seconds: 5 },
      reason: 'the press runs without a helmet',
    });
    return { finding, incident };
  }

  /** A verdict that names the person, the file, an objection, a hazard, a hold and a pack. */
  async function after(
    finding: string,
    incident: string,
  ): Promise<{ unnamed: IncidentChain; hazard: string }> {
    const identity = {
      state: 'confirmed',
      handle: 'handle-of-today0',
      since: null,
      reasons: [],
      candidates: [],
    };
    await inTenant((tx) =>
      tx.violation.updateMany({
        where: { id: finding },
        data: { personId: person, personBasis: 'badge', identity },
      }),
    );
    const unnamed = (await chainOf('reader', incident)).body;
    const { version } = await done<IncidentDetail>('safety', 'GET', `/incidents/${incident}`);
    await done('safety', 'POST', `/incidents/${incident}/verdict`, {
      decision: 'confirm',
      version,
    });
    const entry = await until(
      () => inTenant((tx) => tx.safetyEntry.findFirst({ where: { violationId: finding } })),
      'it is in the file',
    );
    await done('worker.press', 'POST', `/safety-entries/${entry.id}/objection`, {
      text: 'I wore it',
    });
    const hazard = await done<{ id: string }>('safety', 'POST', `/violations/${finding}/hazard`);
    const reviewOn = new Date(Date.now() + 9 * DAY_MS).toISOString().slice(0, 10);
    await done('safety', 'POST', `/incidents/${incident}/hold`, { reason: 'a dispute', reviewOn });
    await done('safety', 'POST', `/incidents/${incident}/packs`, { originals: false });
    return { unnamed, hazard: hazard.id };
  }

  await plantOfTheDemonstration();
  const hazardBefore = await before();
  const refused = await gates();
  const refusedPerson = await inTenant((tx) =>
    tx.person.findFirstOrThrow({ where: { employeeNo: 'E011' }, select: { id: true, name: true } }),
  );
  const { finding, incident } = await during();
  const { unnamed, hazard: hazardAfter } = await after(finding, incident);
  return {
    api,
    superUrl: world.superUrl,
    consent: world.consent,
    fix: world.fix,
    person,
    incident,
    finding,
    hazardBefore,
    hazardAfter,
    /** The decision of a point that refused a start. */
    refused,
    /** Who asked for that start. */
    refusedPerson,
    /** As a reader without the right to review had the chain before the verdict. */
    unnamed,
    inTenant,
    done,
    chainOf: (user: string, id = incident) => chainOf(user, id),
    confirm: worker.confirm,
    async stop() {
      await plant.endAsync(true);
      await world.stop();
    },
  };
}
