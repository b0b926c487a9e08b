import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BusUser,
  busKinds,
  busUserName,
  covers,
  filtersOf,
  mayPublish,
  mayReceive,
  maySubscribe,
  REFUSED_TOPIC,
  readBusUserName,
} from './rights.ts';
import { topics } from './topics.ts';

const user = (kind: BusUser['kind'], name = 'one'): BusUser => ({
  tenant: 'demo',
  kind,
  name: kind === 'api' || kind === 'simulator' ? '' : name,
});
/** Every topic of the contracts, the user's own and another's. */
const all = (tenant: string, name: string) => [
  topics.violationEvents(tenant, name),
  topics.modelEvents(tenant, name),
  topics.acknowledgements(tenant, name),
  topics.observations(tenant, name, 'gate'),
  topics.cameraHealth(tenant, name, 'gate'),
  topics.workerStatus(tenant, name),
  topics.locations(tenant, name),
  topics.readerLocations(tenant, name),
  topics.readerImpinj(tenant, name),
  topics.readerOmlox(tenant, name, 'tag-1'),
  topics.machineState(tenant, name),
  topics.command(tenant, name),
  topics.commandResults(tenant, name),
  topics.actuatorState(tenant, name),
  topics.configuration(tenant, name),
  topics.alarm(tenant, 'cell-beacon', name),
  topics.alarm(tenant, name, 'worker-9'),
  topics.alarmAnswers(tenant, name, 'worker-9'),
  topics.alarmAnswers(tenant, 'cell-beacon', name),
  topics.alarmRules(tenant, name),
  topics.alarmPlan(tenant, name),
  topics.arming(tenant, name),
  topics.positions(tenant, name),
  topics.positionsState(tenant, name),
  topics.alarmEvents(tenant, name),
  topics.gatewayStatus(tenant, name),
  topics.records(tenant, 'violation'),
];

describe('the rights on the bus', () => {
  it('let each kind write its own topics and no other', () => {
    const written = (one: BusUser, tenant: string, name: string) =>
      all(tenant, name).filter((topic) => mayPublish(one, topic));
    const own = {
      worker: all('demo', 'one').filter((topic) =>
        /events|workers|alarm\/cell-beacon\/one/.test(topic),
      ),
      reader: [
        'anshi/v1/demo/readers/one/locations',
        'anshi/v1/demo/readers/one/impinj',
        'anshi/v1/demo/readers/one/omlox/json/location_updates/tag-1',
      ],
      tracker: ['anshi/v1/demo/locations/one'],
      machine: ['anshi/v1/demo/machines/one/state'],
      actuator: [
        'anshi/v1/demo/command-result/one',
        'anshi/v1/demo/actuators/one/state',
        'anshi/v1/demo/alarm-answer/one/worker-9',
      ],
      gateway: ['anshi/v1/demo/gateways/one/status'],
      integrator: [],
    };
    for (const [kind, expected] of Object.entries(own)) {
      expect(written(user(kind as BusUser['kind']), 'demo', 'one'), kind).toEqual(expected);
    }
    for (const kind of busKinds) {
      expect(written(user(kind), 'other-tenant', 'one'), kind).toEqual([]);
      if (kind === 'api' || kind === 'simulator') continue;
      expect(written(user(kind), 'demo', 'another'), kind).toEqual([]);
    }
    expect(written(user('api'), 'demo', 'one')).toEqual([
      'anshi/v1/demo/acks/one',
      'anshi/v1/demo/command/one',
      'anshi/v1/demo/configuration/one',
      'anshi/v1/demo/alarm-rules/one',
      'anshi/v1/demo/alarm-plan/one',
      'anshi/v1/demo/arming/one',
      'anshi/v1/demo/positions/one',
      'anshi/v1/demo/positions-state/one',
      'anshi/v1/demo/records/violation',
    ]);
    expect(mayPublish(user('worker'), 'anshi/v1/demo/events/violation/+')).toBe(false);
    expect(mayPublish(user('api'), '')).toBe(false);
  });

  it('let each kind read what it works with and no more', () => {
    const worker = user('worker');
    expect(maySubscribe(worker, topics.acknowledgements('demo', 'one'))).toBe(true);
    expect(maySubscribe(worker, topics.machineState('demo', '+'))).toBe(true);
    for (const filter of ['#', 'anshi/#', 'anshi/v1/demo/acks/+', 'anshi/v1/+/machines/+/state']) {
      expect(maySubscribe(worker, filter), filter).toBe(false);
    }
    expect(mayReceive(worker, topics.acknowledgements('demo', 'two'))).toBe(false);
    // Each worker hears of its own cameras alone, and nobody else of any.
    for (const kind of busKinds) {
      const hears = kind === 'api' || kind === 'worker';
      expect(mayReceive(user(kind), topics.configuration('demo', 'one')), kind).toBe(hears);
    }
    expect(mayReceive(worker, topics.configuration('demo', 'two'))).toBe(false);
    expect(maySubscribe(worker, topics.configuration('demo', '+'))).toBe(false);
    for (const kind of busKinds) {
      const takes = ['api', 'simulator', 'actuator'].includes(kind);
      expect(mayReceive(user(kind), topics.command('demo', 'one')), kind).toBe(takes);
      expect(mayReceive(user('actuator'), topics.command('demo', 'two'))).toBe(false);
      const alarm = topics.alarm('demo', 'one', 'worker-9');
      expect(mayReceive(user(kind), alarm), kind).toBe(takes);
      const plan = topics.alarmPlan('demo', 'one');
      expect(mayReceive(user(kind), plan), kind).toBe(['api', 'worker'].includes(kind));
      expect(mayReceive(user('worker', 'two'), plan)).toBe(false);
    }
    for (const kind of busKinds) {
      const heard = ['api', 'worker'].includes(kind);
      expect(mayReceive(user(kind), topics.arming('demo', 'gate.hall')), kind).toBe(heard);
      const own = mayPublish(user(kind), topics.arming('demo', 'gate.hall'));
      expect(own, kind).toBe(kind === 'api');
    }
    // Positions under handles are for workers; what names a badge is for the API alone.
    for (const kind of busKinds) {
      for (const topic of [
        topics.positions('demo', 'hall'),
        topics.positionsState('demo', 'hall'),
      ]) {
        expect(mayReceive(user(kind), topic), kind).toBe(['api', 'worker'].includes(kind));
        expect(mayPublish(user(kind), topic), kind).toBe(kind === 'api');
      }
      for (const filter of [
        topics.locations('demo', '+'),
        topics.readerLocations('demo', '+'),
        topics.readerImpinj('demo', '+'),
        topics.readerOmlox('demo', '+', '+'),
      ]) {
        expect(maySubscribe(user(kind), filter), kind).toBe(kind === 'api');
      }
    }
    expect(mayReceive(worker, topics.positions('other-tenant', 'hall'))).toBe(false);
    for (const kind of busKinds) {
      expect(maySubscribe(user(kind), REFUSED_TOPIC), kind).toBe(kind === 'api');
      expect(mayReceive(user(kind), topics.violationEvents('demo', 'one')), kind).toBe(
        kind === 'api',
      );
      expect(mayReceive(user(kind), topics.locations('demo', 'one')), kind).toBe(kind === 'api');
    }
  });

  it('name a user by kind and name, and read the name back', () => {
    for (const kind of busKinds) {
      const one = user(kind, 'a-1.b_2:C');
      expect(readBusUserName(busUserName(one))).toEqual({ kind: one.kind, name: one.name });
    }
    for (const wrong of ['', 'root', 'worker', 'worker-', 'worker-../x', 'worker-a/b', 'apix']) {
      expect(readBusUserName(wrong), wrong).toBeNull();
    }
    for (const name of ['', '+', '#', 'a/b', '..', 'x'.repeat(129)]) {
      expect(() => busUserName({ kind: 'worker', name }), name).toThrow('cannot be the name');
    }
  });

  it('cover a filter only where every topic of it is covered', () => {
    // As MQTT has it: the level above belongs to it.
    expect(covers('a/#', 'a')).toBe(true);
    expect(covers('a/+', 'a')).toBe(false);
    expect(covers('+/b', '$SYS/b')).toBe(false);
    const levels = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 });
    const widen = (topic: string[], at: boolean[]) =>
      topic.map((level, n) => (at[n] ? '+' : level)).join('/');
    const flags = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(levels, flags, flags, (topic, one, two) => {
        const narrow = widen(topic, one);
        const wide = widen(
          topic,
          one.map((flag, n) => flag || two[n] === true),
        );
        for (const asked of [narrow, topic.join('/')]) expect(covers(wide, asked)).toBe(true);
        expect(covers(`${wide}/#`, `${narrow}/x`)).toBe(true);
        expect(covers(narrow, wide)).toBe(narrow === wide);
        expect(covers(wide, `${narrow}/x`)).toBe(false);
        expect(covers(wide, '#')).toBe(false);
      }),
    );
  });

  it('have no place for a wildcard in a name', () => {
    expect(filtersOf(user('worker'), 'publish').every((one) => !one.includes('{'))).toBe(true);
  });
});
