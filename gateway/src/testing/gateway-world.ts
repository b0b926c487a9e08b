import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
import { expect } from 'vitest';
import { startBroker, type TestBroker } from './broker.ts';
import { type ModbusServer, startModbusServer } from './modbus-server.ts';
import { Waiting } from './waiting.ts';

export const KEY = actuatorBusKey('a secret of the bus, long enough', 'demo', 'cell-beacon');
/** Registers and coils of the beacon. */
export const LIGHT = 10;
export const SOUND = 1;
export const LOST = 2;
const root = join(import.meta.dirname, '../../..');
const CLOCK = import.meta.resolve('@anshi/contracts/testing/stepped-clock');

/** A broker, a PLC with a beacon and a gateway in a process of its own. */
export class GatewayWorld {
  readonly answers: AlarmAnswer[] = [];
  readonly results: CommandResult[] = [];
  readonly states: ActuatorState[] = [];
  /** How long the driver waits for the PLC, ms; taken by the next start. */
  timeoutMs = 300;
  /** A speaker has none; taken by the next start. */
  hasLight = true;
  broker: TestBroker;
  plc: ModbusServer;
  readonly bus: MqttClient;
  readonly #folder: string;
  readonly #waiting = new Waiting();
  #gateway: ChildProcess | null = null;
  #isStepped = false;

  private constructor(folder: string, broker: TestBroker, plc: ModbusServer, bus: MqttClient) {
    this.#folder = folder;
    this.broker = broker;
    this.plc = plc;
    this.bus = bus;
    bus.on('message', (topic, payload) => this.#take(topic, payload));
  }

  static async open(): Promise<GatewayWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'anshi-gateway-'));
    const broker = await startBroker();
    const plc = await startModbusServer();
    const bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 100 });
    const world = new GatewayWorld(folder, broker, plc, bus);
    await bus.subscribeAsync(
      [
        topics.alarmAnswers('demo', 'cell-beacon', '+'),
        topics.commandResults('demo', 'cell-beacon'),
        topics.actuatorState('demo', 'cell-beacon'),
      ],
      { qos: 1 },
    );
    return world;
  }

  async close(): Promise<void> {
    await this.end('SIGKILL');
    await this.bus.endAsync(true);
    await this.broker.close();
    await this.plc.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /**
   * Starts the gateway, and waits until it is ready.
   *
   * @param more lines of the device in its configuration.
   * @param url of the PLC.
   */
  async start(more = '', url = this.plc.url): Promise<void> {
    const file = join(this.#folder, 'gateway.yaml');
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
      timeoutMs: ${this.timeoutMs}
      outputs:
${this.hasLight ? `        light: { register: ${LIGHT}, values: { off: 0, steady: 1, flash: 2 } }\n` : ''}        sound: { coil: ${SOUND} }
        lost: { coil: ${LOST} }
${more}`,
    );
    const child = fork('gateway/src/main.ts', [], {
      cwd: root,
      execArgv: ['--import', CLOCK],
      env: {
        PATH: process.env.PATH,
        STEPPED_CLOCK: join(this.#folder, 'clock'),
        ANSHI_MQTT_URL: this.broker.url.replace('mqtt://', 'mqtt://gateway-gateway-1:secret@'),
        ANSHI_GATEWAY_CONFIG: file,
        ANSHI_GATEWAY_DIR: join(this.#folder, 'journals'),
        ANSHI_GATEWAY_KEY: KEY,
        ANSHI_LOG_LEVEL: process.env.ANSHI_TEST_LOG ? 'debug' : 'silent',
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#gateway = child;
    await once(child, 'message');
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#gateway;
    this.#gateway = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** Sets the wall clock of the gateway so far ahead of the real one, ms. */
  async setClock(ahead: number): Promise<void> {
    const gateway = this.#gateway!;
    this.#isStepped = true;
    await writeFile(join(this.#folder, 'clock'), String(ahead));
    const stepped = once(gateway, 'message');
    gateway.kill('SIGUSR2');
    await stepped;
  }

  /** Waits for what a message tells, or for what is seen at the PLC. */
  until(is: () => boolean): Promise<void> {
    return this.#waiting.until(is);
  }

  isOnline(): Promise<void> {
    return this.until(() => this.states.some(({ online }) => online));
  }

  sendAlarm(given: Alarm, key = alarmBusKey(KEY, given.worker)) {
    const topic = topics.alarm('demo', 'cell-beacon', given.worker);
    return this.bus.publishAsync(topic, signMessage(key, topic, given), { qos: 1 });
  }

  sendRules(changes: Partial<AlarmRules> = {}, key = KEY) {
    const rules: AlarmRules = {
      device: 'cell-beacon',
      active: true,
      workers: ['worker-1'],
      mutes: [],
      at: at(),
      ...changes,
    };
    const topic = topics.alarmRules('demo', 'cell-beacon');
    return this.bus.publishAsync(topic, signMessage(key, topic, rules), { qos: 1, retain: true });
  }

  sendCommand(given: Command, key = KEY) {
    const topic = topics.command('demo', 'cell-beacon');
    return this.bus.publishAsync(topic, signMessage(key, topic, given), { qos: 1 });
  }

  isOn(): boolean {
    return this.plc.register(LIGHT) === 2 && this.plc.coil(SOUND);
  }

  isOff(): boolean {
    return this.plc.register(LIGHT) === 0 && !this.plc.coil(SOUND);
  }

  /** How often the light began to flash. */
  begun(): number {
    return this.plc.writes.filter((one) => one.of === 'register' && one.value === 2).length;
  }

  async answerTo({ id }: Alarm): Promise<AlarmAnswer | undefined> {
    await this.until(() => this.answers.some((one) => one.id === id));
    return this.answers.find((one) => one.id === id);
  }

  async resultOf({ id }: Command): Promise<CommandResult | undefined> {
    await this.until(() => this.results.some((one) => one.id === id));
    return this.results.find((one) => one.id === id);
  }

  #take(topic: string, payload: Buffer): void {
    const { signature: _, signedat: __, ...message } = JSON.parse(payload.toString());
    const key = topic.includes('alarm-answer') ? alarmBusKey(KEY, 'worker-1') : KEY;
    // By a clock that was stepped, what it signs is not of now.
    const now = this.#isStepped ? null : Date.now();
    expect(signatureFault(key, topic, payload, now)).toBeNull();
    if (topic.includes('alarm-answer')) this.answers.push(message);
    else if (topic.includes('command-result')) this.results.push(message);
    else this.states.push(message);
    this.#waiting.wake();
  }
}

/** An instant from now. */
export const at = (ms = 0) => new Date(Date.now() + ms).toISOString();
export const alarmOf = (changes: Partial<Alarm> = {}): Alarm => ({
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
export const commandOf = (changes: Partial<Command> = {}): Command => ({
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
