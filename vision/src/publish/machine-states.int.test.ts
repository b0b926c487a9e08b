import { topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startBroker } from '../testing/broker.ts';
import { Bus } from './bus.ts';
import { MachineStates } from './machine-states.ts';

it('[VIS-03] a worker hears over the bus what machines do, also what was told before it came', async () => {
  const broker = await startBroker();
  const machines = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  const tell = (machine: string, state: string) =>
    machines.publishAsync(
      topics.machineState('demo', machine),
      JSON.stringify({ machine, state, at: new Date().toISOString() }),
      { qos: 1, retain: true },
    );
  await tell('press-1', 'running');
  const log = pino({ level: 'silent' });
  const states = new MachineStates(log);
  let heard = () => {};
  const bus = new Bus({
    url: broker.url,
    tenant: 'demo',
    worker: 'w',
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
    await until(() => states.told.get('press-1')?.state.state === 'running');
    await tell('press-1', 'stopped');
    await tell('robot-1', 'running');
    await until(() => states.told.has('robot-1'));
    expect(states.told.get('press-1')?.state.state).toBe('stopped');
    expect(states.told.get('robot-1')?.state.state).toBe('running');
  } finally {
    await bus.close();
    await machines.endAsync(true);
    await broker.close();
  }
}, 30_000);
