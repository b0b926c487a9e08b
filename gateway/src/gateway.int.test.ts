import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ActuatorState,
  type Alarm,
  type AlarmAnswer,
  type AlarmRules,
  type Command,
  type CommandResult,
  topics,
} from '@anshi/contracts';
import { alarmBusKey } from '@anshi/contracts/alarm-keys';
import { actuatorBusKey, signatureFault, signMessage } from '@anshi/contracts/bus-signature';
import mqtt, { type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from './testing/broker.ts';
import { type ModbusServer, startModbusServer } from './testing/modbus-server.ts';
import { Waiting } from './testing/waiting.ts';

const KEY = actuatorBusKey('a secret of the bus, long enough', 'demo', 'cell-beacon');
const root = join(import.meta.dirname, '../..');
let folder: string;
let broker: TestBroker;
let plc: ModbusServer;
let bus: MqttClient;
let gateway: ChildProcess | null = null;
let answers: AlarmAnswer[];
let results: CommandResult[];
let states: ActuatorState[];
const waiting = new Waiting();
const until = (is: () => boolean) => waiting.until(is);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-gateway-'));
  broker = await startBroker();
  plc = await startModbusServer();
  answers = [];
  results = [];
  states = [];
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 100 });
  bus.on('message', (topic, payload) => {
    const { signature: _, signedat: __, ...message } = JSON.parse(payload.toString());
    const key = topic.includes('alarm-answer') ? alarmBusKey(KEY, 'worker-1') : KEY;
    expect(signatureFault(key, topic, payload)).toBeNull();
    if (topic.includes('alarm-answer')) answers.push(message);
    else if (topic.includes('command-result')) results.push(message);
    else states.push(message);
    waiting.wake();
  });
  await bus.subscribeAsync(
    [
      topics.alarmAnswers('demo', 'cell-beacon', '+'),
      topics.commandResults('demo', 'cell-beacon'),
      topics.actuatorState('demo', 'cell-beacon'),
    ],
    { qos: 1 },
  );
});
afterEach(async () => {
  await end('SIGKILL');
  await bus.endAsync(true);
  await broker.close();
  await plc.close();
  await rm(folder, { recursive: true, force: true });
});

const LIGHT = 10;
const SOUND = 1;
const LOST = 2;

async function start(more = '', url = plc.url): Promise<void> {
  const file = join(folder, 'gateway.yaml');
  await writeFile(
    file,
    `version: 1
devices:
  - device: cell-beacon
    secret: a-secret-of-a-device
    key: \${ANSHI_GATEWAY_KEY}
    faultOutput: lost
    driver:
      kind: modbus
      url: ${url}
      timeoutMs: 300
      outputs:
        light: { register: ${LIGHT}, values: { off: 0, steady: 1, flash: 2 } }
        sound: { coil: ${SOUND} }
        lost: { coil: ${LOST} }
${more}`,
  );
  const child = fork('gateway/src/main.ts', [], {
    cwd: root,
    execArgv: [],
    env: {
      PATH: process.env.PATH,
      ANSHI_MQTT_URL: broker.url.replace('mqtt://', 'mqtt://gateway-gateway-1:secret@'),
      ANSHI_GATEWAY_CONFIG: file,
      ANSHI_GATEWAY_DIR: join(folder, 'journals'),
      ANSHI_GATEWAY_KEY: KEY,
      ANSHI_LOG_LEVEL: process.env.ANSHI_TEST_LOG ? 'debug' : 'silent',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  gateway = child;
  await once(child, 'message');
}
async function end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const child = gateway;
  gateway = null;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

const at = (ms = 0) => new Date(Date.now() + ms).toISOString();
const alarmOf = (changes: Partial<Alarm> = {}): Alarm => ({
  id: ulid(),
  device: 'cell-beacon',
  worker: 'worker-1',
  violation: ulid(),
  camera: 'hall-west',
  act: 'hall-west/p-1',
  light: 'flash',
  sound: true,
  holdSeconds: 60,
  maxSeconds: 120,
  at: at(),
  validUntil: at(10_000),
  ...changes,
});
const sendAlarm = (given: Alarm, key = alarmBusKey(KEY, given.worker)) => {
  const topic = topics.alarm('demo', 'cell-beacon', given.worker);
  return bus.publishAsync(topic, signMessage(key, topic, given), { qos: 1 });
};
const sendRules = (changes: Partial<AlarmRules> = {}, key = KEY) => {
  const rules: AlarmRules = {
    device: 'cell-beacon',
    active: true,
    workers: ['worker-1'],
    mutes: [],
    at: at(),
    ...changes,
  };
  const topic = topics.alarmRules('demo', 'cell-beacon');
  return bus.publishAsync(topic, signMessage(key, topic, rules), { qos: 1, retain: true });
};
const commandOf = (changes: Partial<Command> = {}): Command => ({
  id: ulid(),
  device: 'cell-beacon',
  action: 'signal',
  parameters: { light: 'steady', sound: false, seconds: 60 },
  holdSeconds: 60,
  cause: 'manual',
  requestedBy: { kind: 'person', id: 'x' },
  act: null,
  reverses: null,
  at: at(),
  validUntil: at(30_000),
  ...changes,
});
const sendCommand = (given: Command, key = KEY) => {
  const topic = topics.command('demo', 'cell-beacon');
  return bus.publishAsync(topic, signMessage(key, topic, given), { qos: 1 });
};
const isOn = () => plc.register(LIGHT) === 2 && plc.coil(SOUND);
const isOff = () => plc.register(LIGHT) === 0 && !plc.coil(SOUND);
/** How often the light began to flash. */
const begun = () => plc.writes.filter((one) => one.of === 'register' && one.value === 2).length;
const answerTo = async ({ id }: Alarm) => {
  await until(() => answers.some((one) => one.id === id));
  return answers.find((one) => one.id === id);
};
const resultOf = async ({ id }: Command) => {
  await until(() => results.some((one) => one.id === id));
  return results.find((one) => one.id === id);
};

describe('a gateway', () => {
  it('begins with the safe state, gives alarms, and goes to the safe state in their time', async () => {
    plc.setRegister(LIGHT, 2);
    plc.setCoil(SOUND, true);
    await start();
    expect(isOff()).toBe(true);
    await until(() => states.some(({ online }) => online));
    const one = alarmOf({ holdSeconds: 1 });
    await sendAlarm(one);
    expect(await answerTo(one)).toMatchObject({
      result: 'done',
      runs: one.id,
      readBack: { light: 'flash', sound: true },
    });
    expect(isOn()).toBe(true);
    await until(isOff);
    await until(() => states.at(-1)?.until === null && states.at(-1)?.outputs.light === 'off');
  });

  it('carries out each id once and none after its time, also over kill -9', async () => {
    await start();
    await until(() => states.some(({ online }) => online));
    const one = alarmOf();
    await sendAlarm(one);
    await answerTo(one);
    await sendAlarm(one);
    await until(() => answers.length === 2);
    expect(answers[1]).toEqual(answers[0]);
    expect(begun()).toBe(1);

    // Killed while it is on: the next start puts it off first, and does none of it again.
    await end('SIGKILL');
    expect(isOn()).toBe(true);
    const late = commandOf({ validUntil: at(300) });
    await sendCommand(late);
    await until(() => Date.now() > Date.parse(late.validUntil));
    await start();
    expect(isOff()).toBe(true);
    await sendAlarm(one);
    await until(() => answers.length === 3);
    expect(begun()).toBe(1);
    expect(isOff()).toBe(true);
    // It may wait in the session of the device; it is never done.
    await sendCommand(late);
    expect(await resultOf(late)).toMatchObject({ result: 'refused', fault: 'late' });
    expect(plc.writes.some((write) => write.of === 'register' && write.value === 1)).toBe(false);
  });

  it('does not do again what a process that was killed had begun', async () => {
    // Between the gateway and the PLC, which hangs when it is told to.
    let isHanging = false;
    let begin = () => {};
    const between = createServer((socket) => {
      const onward = connect(plc.port, '127.0.0.1');
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      onward.pipe(socket);
      socket.on('data', (bytes) => {
        if (isHanging) begin();
        else onward.write(bytes);
      });
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const { port } = between.address() as AddressInfo;
    await start('', `modbus://127.0.0.1:${port}`);
    await until(() => states.some(({ online }) => online));
    const written = new Promise<void>((resolve) => {
      begin = resolve;
    });
    isHanging = true;
    const one = alarmOf();
    await sendAlarm(one);
    await written;
    await end('SIGKILL');
    isHanging = false;
    await start('', `modbus://127.0.0.1:${port}`);
    await sendAlarm(one);
    expect(await answerTo(one)).toMatchObject({ result: 'failed', fault: 'output' });
    expect(begun()).toBe(0);
    // The next one of the act is given.
    const two = alarmOf();
    await sendAlarm(two);
    expect(await answerTo(two)).toMatchObject({ result: 'done', runs: two.id });
    await end('SIGTERM');
    await new Promise((resolve) => between.close(resolve));
  });

  it('believes no alarm that is forged, of another worker, of the past or the future, and no forged mute', async () => {
    await sendRules();
    await start();
    await until(() => states.some(({ online }) => online));
    await sendAlarm(alarmOf(), alarmBusKey(KEY, 'worker-2'));
    const all = { id: ulid(), light: true, sound: true, from: at(), until: at(3_600_000) };
    await sendRules({ mutes: [all] }, 'ab'.repeat(32));
    const other = alarmOf({ worker: 'worker-1', at: at(-60_000), validUntil: at(-50_000) });
    await sendAlarm(other);
    expect(await answerTo(other)).toMatchObject({ result: 'refused', fault: 'late' });
    const future = alarmOf({ at: at(60_000), validUntil: at(70_000) });
    await sendAlarm(future);
    expect(await answerTo(future)).toMatchObject({ result: 'refused', fault: 'clock' });
    expect(answers).toHaveLength(2);
    expect(begun()).toBe(0);
    const right = alarmOf();
    await sendAlarm(right);
    expect(await answerTo(right)).toMatchObject({ result: 'done', muted: [] });
  });

  it('keeps a mute on its disk, and gives the alarm after its end', async () => {
    await start();
    await until(() => states.some(({ online }) => online));
    const sound = { id: ulid(), light: false, sound: true, from: at(), until: at(3_000) };
    await sendRules({ mutes: [sound] });
    const one = alarmOf();
    await sendAlarm(one);
    expect(await answerTo(one)).toMatchObject({ result: 'done', fault: 'muted', muted: ['sound'] });
    expect(plc.coil(SOUND)).toBe(false);
    // The mute ends while the alarm goes on.
    await until(isOn);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(sound.until));
    // Put out of use during the alarm.
    await sendRules({ active: false });
    await until(isOff);
    await bus.publishAsync(topics.alarmRules('demo', 'cell-beacon'), '', { qos: 1, retain: true });
    await end('SIGKILL');
    await start();
    const two = alarmOf();
    await sendAlarm(two);
    expect(await answerTo(two)).toMatchObject({ result: 'refused', fault: 'out-of-use' });
  });

  it('does what its list allows alone, and says what the device reads back', async () => {
    await start('    actions: [off, signal]\n');
    await until(() => states.some(({ online }) => online));
    const signal = commandOf();
    await sendCommand(signal);
    expect(await resultOf(signal)).toMatchObject({
      result: 'done',
      readBack: { light: 'steady', sound: false },
    });
    const test = commandOf({ action: 'test', parameters: {}, holdSeconds: 3 });
    await sendCommand(test);
    expect(await resultOf(test)).toMatchObject({ result: 'refused', fault: 'not-allowed' });
    const alarm = alarmOf();
    await sendAlarm(alarm);
    expect(await answerTo(alarm)).toMatchObject({ result: 'refused', fault: 'not-allowed' });
    const strange = commandOf({ action: 'explode' });
    await sendCommand(strange);
    expect(await resultOf(strange)).toMatchObject({ fault: 'unknown-action' });
  });

  it('says where the PLC is gone, and puts it into the safe state once it is back', async () => {
    await start();
    await until(() => states.some(({ online }) => online));
    const one = alarmOf({ holdSeconds: 1 });
    await sendAlarm(one);
    await answerTo(one);
    const { port } = plc;
    await plc.close();
    const two = alarmOf();
    await sendAlarm(two);
    expect(await answerTo(two)).toMatchObject({ result: 'failed', fault: 'no-connection' });
    await until(() => states.at(-1)?.online === false);
    plc = await startModbusServer(port);
    plc.setRegister(LIGHT, 2);
    plc.setCoil(SOUND, true);
    await until(isOff);
    await until(() => states.at(-1)?.online === true);
  });

  it('shows at the device that the bus is lost, and that it is back', async () => {
    await start();
    await until(() => states.some(({ online }) => online));
    expect(plc.coil(LOST)).toBe(false);
    const { port } = broker;
    const one = alarmOf({ holdSeconds: 2 });
    await sendAlarm(one);
    await answerTo(one);
    await broker.close();
    // What was on goes off in its time without the bus.
    await until(isOff);
    await until(() => plc.coil(LOST));
    broker = await startBroker(port);
    await until(() => !plc.coil(LOST));
    const two = alarmOf();
    await until(() => bus.connected);
    await sendAlarm(two);
    expect(await answerTo(two)).toMatchObject({ result: 'done' });
  });

  it('ends in its safe state', async () => {
    await start();
    await until(() => states.some(({ online }) => online));
    const one = alarmOf();
    await sendAlarm(one);
    await answerTo(one);
    await end('SIGTERM');
    expect(isOff()).toBe(true);
    await until(() => states.at(-1)?.online === false);
  });
});
