import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, type CommandResult, topics } from '@anshi/contracts';
import { actuatorBusKey, signMessage } from '@anshi/contracts/bus-signature';
import { type CutProxy, openCutProxy } from '@anshi/contracts/testing/cut-proxy';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BusAddresses } from './bus-addresses.ts';
import { readConfig } from './config.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { startBroker, type TestBroker } from './testing/broker.ts';
import { type ModbusServer, startModbusServer } from './testing/modbus-server.ts';
import { Waiting } from './testing/waiting.ts';

const KEY = actuatorBusKey('a secret of the bus, long enough', 'demo', 'cell-beacon');
const LIGHT = 10;
const STAY_MS = 1_500;

let folder: string;
let broker: TestBroker;
let plc: ModbusServer;
/** The networks to the broker. */
let first: CutProxy;
let second: CutProxy;
let bus: MqttClient;
let gateway: Gateway;
/** Every answer that came, also one that came again. */
let results: CommandResult[];
const waiting = new Waiting();
const until = (is: () => boolean) => waiting.until(is);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-addresses-'));
  broker = await startBroker();
  [plc, first, second] = await Promise.all([
    startModbusServer(),
    openCutProxy(broker.port),
    openCutProxy(broker.port),
  ]);
  results = [];
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  bus.on('message', (_topic, payload) => {
    results.push(JSON.parse(payload.toString()));
    waiting.wake();
  });
  await bus.subscribeAsync(topics.commandResults('demo', 'cell-beacon'), { qos: 1 });
  const url = `mqtt://gateway-gateway-1:secret@127.0.0.1:${first.port}`;
  gateway = await startGateway({
    name: 'gateway-1',
    tenant: 'demo',
    mqttUrl: url,
    addresses: new BusAddresses(url, [`mqtt://127.0.0.1:${second.port}`], STAY_MS),
    folder,
    ...readConfig(
      `version: 1
devices:
  - device: cell-beacon
    secret: a-secret-of-a-device
    key: ${KEY}
    driver:
      kind: modbus
      url: ${plc.url}
      # All parts are in one process: on a busy machine it is late, and a request that is late is made twice.
      timeoutMs: 10000
      outputs:
        light: { register: ${LIGHT}, values: { off: 0, steady: 1, flash: 2 } }
        sound: { coil: 1 }
`,
      {},
    ),
    log: pino({ level: 'silent' }),
  });
  // An open connection has no subscription yet: what is sent before that reaches no device.
  const commands = topics.command('demo', 'cell-beacon');
  await until(() => first.open === 2 && broker.wasSubscribed(commands));
});
afterEach(async () => {
  await gateway.close();
  await bus.endAsync(true);
  await Promise.all([first.close(), second.close(), plc.close()]);
  await broker.close();
  await rm(folder, { recursive: true, force: true });
});

/** Each flashes and is answered once: what comes twice is not carried out twice. */
async function flash(): Promise<Command> {
  const command: Command = {
    id: ulid(),
    device: 'cell-beacon',
    action: 'signal',
    parameters: { light: 'flash', sound: false, seconds: 60 },
    holdSeconds: 60,
    cause: 'manual',
    requestedBy: { kind: 'person', id: 'x' },
    act: null,
    reverses: null,
    at: new Date().toISOString(),
    validUntil: new Date(Date.now() + 600_000).toISOString(),
  };
  const topic = topics.command('demo', 'cell-beacon');
  await bus.publishAsync(topic, signMessage(KEY, topic, command), { qos: 1 });
  return command;
}
const isDone = ({ id }: Command) => results.some((one) => one.id === id && one.result === 'done');
/** What the device has kept of a command on the disk. */
function journalOf({ id }: Command): 'begun' | CommandResult['result'] | null {
  const file = join(folder, 'cell-beacon.json');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '{"commands":[]}';
  const { commands } = JSON.parse(text) as { commands: [string, CommandResult | null][] };
  const found = commands.find(([one]) => one === id);
  return found ? (found[1]?.result ?? 'begun') : null;
}
const flashes = () => plc.writes.filter((one) => one.of === 'register' && one.value === 2).length;

describe('a gateway with two addresses of its broker', () => {
  it('[DQ-10] takes the second when the first network is cut, and goes back; no command is lost or doubled', async () => {
    const sent: Command[] = [];
    const send = async () => {
      sent.push(await flash());
    };
    await send();
    await until(() => isDone(sent[0] as Command));

    first.cut();
    // While no connection is open, they wait at the broker.
    for (let n = 0; n < 5; n++) await send();
    await until(() => second.open === 2 && sent.every(isDone));

    first.mend();
    // Sent the whole time, also in the moment of the change.
    while (first.open < 2 || second.open > 0) {
      await send();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await send();
    await until(() => sent.every(isDone));
    expect(flashes()).toBe(sent.length);
    expect(new Set(results.map(({ id }) => id)).size).toBe(sent.length);
  });

  it('sends an answer that came while no connection was open in the next one', async () => {
    plc.hold();
    const command = await flash();
    await until(() => journalOf(command) === 'begun');
    first.cut();
    second.cut();
    await until(() => first.open === 0);
    plc.release();
    await until(() => journalOf(command) === 'done');
    second.mend();
    await until(() => isDone(command));
    expect(flashes()).toBe(1);
  });

  it('goes over again where the first answers and is lost again', async () => {
    first.cut();
    await until(() => second.open === 2);
    first.mend();
    await until(() => first.open === 2 && second.open === 0);
    first.cut();
    await until(() => second.open === 2);
    const command = await flash();
    await until(() => isDone(command));
  });
});

describe('addresses of a broker', () => {
  it('are refused with what to change', () => {
    const of = (other: string) => () => new BusAddresses('mqtt://u:p@192.0.2.1', [other]);
    expect(of('nothing')).toThrow('"nothing" is no address');
    expect(of('mqtt://a:b@192.0.2.2')).toThrow('192.0.2.2 must have no user');
    expect(of('mqtts://192.0.2.2')).toThrow('must begin with mqtt://');
  });
});
