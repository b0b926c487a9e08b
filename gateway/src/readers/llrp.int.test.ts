import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImpinjEvent, topics } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startBroker, type TestBroker } from '../testing/broker.ts';
import { type LlrpReader, startLlrpReader } from '../testing/llrp-reader.ts';
import { type CarriedReader, carryReader } from './carry-reader.ts';
import type { ReaderConfig } from './config.ts';

let folder: string;
let broker: TestBroker;
let reader: LlrpReader;
let bus: MqttClient;
let carried: CarriedReader | null = null;
let heard: ImpinjEvent[] = [];
const log = pino({ level: 'silent' });
const EPC = 'A00000000000000000001234';

async function listen(): Promise<void> {
  bus = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  bus.on('message', (topic, payload) => {
    expect(topic).toBe(topics.readerImpinj('demo', 'gate-llrp'));
    heard.push(...(JSON.parse(payload.toString()) as ImpinjEvent[]));
  });
  await bus.subscribeAsync(topics.readerImpinj('demo', '+'), { qos: 1 });
}
const carry = (more: Partial<ReaderConfig> = {}) =>
  carryReader(
    {
      reader: 'gate-llrp',
      secret: 'a-secret-of-a-reader',
      url: reader.url,
      antennas: [1, 3],
      ...more,
    },
    { folder, tenant: 'demo', mqttUrl: broker.url, log },
  );
const timesOf = () => heard.map(({ tagInventoryEvent }) => tagInventoryEvent?.lastSeenTime);
const wait = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const reads = () => wait(() => expect([reader.reading, carried?.fault]).toEqual([true, null]));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-llrp-'));
  broker = await startBroker();
  reader = await startLlrpReader();
  heard = [];
  await listen();
});
afterEach(async () => {
  await carried?.close();
  carried = null;
  await bus.endAsync(true);
  await reader.close();
  await broker.close();
  await rm(folder, { recursive: true, force: true });
});

it('a reader by LLRP 1.0.1 is made to read, and its reads are published under its own name', async () => {
  carried = await carry();
  await reads();
  expect(reader.asked.slice(0, 7)).toEqual([
    'GET_SUPPORTED_VERSION',
    'GET_READER_CAPABILITIES',
    'DELETE_ROSPEC',
    'SET_READER_CONFIG',
    'ADD_ROSPEC',
    'ENABLE_ROSPEC',
    'START_ROSPEC',
  ]);
  expect([...reader.versions]).toEqual([1]);
  expect(reader.rospec).toMatchObject({ ROSpec: { AISpec: { AntennaIDs: [1, 3] } } });
  await reader.keepalive();
  const at = Date.now() - 2_000;
  reader.report([{ epc: EPC, antenna: 3, at }]);
  await wait(() => expect(heard).toHaveLength(1));
  const time = new Date(at).toISOString();
  expect(heard[0]).toEqual({
    eventType: 'tagInventory',
    hostname: 'gate-llrp',
    timestamp: time,
    tagInventoryEvent: { epcHex: EPC, antennaPort: 3, lastSeenTime: time, peakRssiCdbm: -5200 },
  });
});

it('reads wait on the disk while the broker is away, with their own times, also over a restart', async () => {
  carried = await carry();
  await reads();
  await bus.endAsync(true);
  const { port } = broker;
  await broker.close();
  const began = Date.now() - 60_000;
  const times = Array.from({ length: 450 }, (_, i) => began + i);
  for (const at of times) reader.report([{ epc: EPC, antenna: 1, at }]);
  const file = join(folder, 'reader-gate-llrp.ndjson');
  const lines = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').length - 1;
  await vi.waitFor(async () => expect(await lines()).toBe(450), { timeout: 15_000 });
  await carried.close();
  carried = null;
  expect(await lines()).toBe(450);
  broker = await startBroker(port);
  await listen();
  carried = await carry();
  await wait(() => expect(heard).toHaveLength(450));
  expect(timesOf()).toEqual(times.map((at) => new Date(at).toISOString()));
  await vi.waitFor(async () => expect(await lines()).toBe(0));
});

it('a reader that is taken, refuses, speaks nonsense or is lost is told as a fault, and tried again', async () => {
  const other = connect(Number(new URL(reader.url).port), '127.0.0.1');
  await new Promise((resolve) => other.once('data', resolve));
  carried = await carry();
  await wait(() => expect(carried?.fault).toContain('a reader takes one connection'));
  other.destroy();
  reader.refuse('ADD_ROSPEC');
  await wait(() =>
    expect(carried?.fault).toBe('the reader refuses ADD_ROSPEC: status 101: no such antenna'),
  );
  await reads();
  reader.write(Buffer.from('ffffffffffffffffffffffff', 'hex'));
  await wait(() => expect(carried?.fault).toContain('what is no LLRP'));
  await reads();
  reader.drop();
  await wait(() => expect(carried?.fault).toBe('the reader closed the connection'));
  await reads();
});

it('a reader by TLS is taken with the certificate that is named, and with its own name alone', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'reader-1' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'reader-1' }] }],
  });
  const [ca, keyFile] = [join(folder, 'reader.pem'), join(folder, 'gateway.key')];
  await Promise.all([writeFile(ca, cert), writeFile(keyFile, key)]);
  await reader.close();
  // It asks for the certificate of the gateway, too; here they are the same.
  reader = await startLlrpReader({ tls: { key, cert, ca: cert, requestCert: true } });
  expect(reader.url).toContain('llrps://');
  const own = { cert: ca, key: keyFile };
  const refused: [ReaderConfig['tls'], string][] = [
    [own, 'self-signed certificate'],
    [{ ca, ...own }, "does not match certificate's altnames"],
  ];
  for (const [tls, fault] of refused) {
    carried = await carry({ tls });
    await wait(() => expect(carried?.fault).toContain(fault));
    await carried.close();
  }
  expect(reader.asked).toEqual([]);
  carried = await carry({ tls: { ca, name: 'reader-1', ...own } });
  await reads();
  reader.report([{ epc: EPC, antenna: 1, at: Date.now() }]);
  await wait(() => expect(heard).toHaveLength(1));
  await expect(carry({ tls: { ca: join(folder, 'none.pem') } })).rejects.toThrow(
    /^reader gate-llrp: ENOENT.*none\.pem/,
  );
});
