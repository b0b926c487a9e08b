import { machineKnown, type RuleConfig, topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { isArmed } from '../judge/arming.ts';
import { machinesAt } from '../judge/machines.ts';
import { CAMERA, every, run, START } from '../judge/scenes.ts';
import { startBroker } from '../testing/broker.ts';
import { Bus } from './bus.ts';
import { MachineStates } from './machine-states.ts';

it('[VIS-03] [SEC-02] a worker hears over the bus what machines do, and no state of the year 2099 disarms a rule', async () => {
  const broker = await startBroker();
  const machines = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  const tell = (machine: string, state: string, at = new Date().toISOString()) =>
    machines.publishAsync(
      topics.machineState('demo', machine),
      JSON.stringify({ machine, state, at }),
      { qos: 1, retain: true },
    );
  const stateOf = (machine: string) => {
    const words = states.told.get(machine) ?? [];
    return machineKnown(words, Date.now()).state;
  };
  await tell('press-1', 'running');
  const log = pino({ level: 'silent' });
  const states = new MachineStates(log);
  let heard = () => {};
  const bus = new Bus({
    url: broker.url,
    tenant: 'demo',
    worker: 'w',
    key: 'b'.repeat(64),
    log,
    onAcknowledgement: () => {},
    onMachine: (machine, payload) => {
      states.take(machine, payload, Date.now());
      heard();
    },
    onConnect: () => {},
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  try {
    await until(() => stateOf('press-1') === 'running');
    await tell('press-1', 'stopped');
    await tell('robot-1', 'running');
    await until(() => states.told.has('robot-1'));
    expect(stateOf('press-1')).toBe('stopped');
    expect(stateOf('robot-1')).toBe('running');

    // A client with write access to the topic reports the machine as stopped, with a time in the
    // future.
    const rule: RuleConfig = {
      kind: 'zone-intrusion',
      id: 'at-robot',
      severity: 'high',
      zone: 'hall',
      whileMachine: { machine: 'robot-1', states: ['running'] },
    };
    await tell('robot-1', 'stopped', '2099-01-01T00:00:00.000Z');
    await until(() => states.refused.ahead === 1);
    await tell('press-1', 'idle');
    await until(() => stateOf('press-1') === 'idle');
    const seen = machinesAt({ rules: [rule] }, states.told, Date.now());
    expect(seen).toMatchObject([{ machine: 'robot-1', state: 'running' }]);
    expect(isArmed(rule, { zones: [], machines: seen })).toBe(true);
    const body = every(0, 4_000, () => [{ foot: [200, 400] }]).map((one) => ({
      ...one,
      machines: seen,
    }));
    const { confirmed } = run(body, { ...CAMERA, rules: [rule] });
    expect(confirmed).toMatchObject([
      { ruleId: 'at-robot', arming: { machine: { state: 'running' } } },
    ]);
    expect(confirmed[0]!.confirmedAt - START).toBeLessThan(4_000);
  } finally {
    await bus.close();
    await machines.endAsync(true);
    await broker.close();
  }
}, 30_000);
