import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { location, machineState, topics } from '@anshi/contracts';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { H264_WITH_B, makeClip } from '../testing/ffmpeg.ts';
import { startTestPlant, temporaryFolder } from '../testing/plant.ts';

const DURATION = 3;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  await makeClip(join(folder.path, 'hall.mp4'), { seconds: DURATION, codec: H264_WITH_B });
  const frames = Array.from({ length: DURATION * 15 }, (_, i) => ({
    t: i / 15,
    workers: [{ id: 'worker-1', floor: [5, i / 15] }],
  }));
  const machines = [
    {
      id: 'robot-1',
      cell: [
        [20, 20],
        [21, 20],
        [21, 21],
      ],
    },
  ];
  const lines = [{ id: 'gate', from: [4, 1.5], to: [6, 1.5] }];
  const common = { clip: 'hall', fps: 15, duration: DURATION, floorPlan: 'main-hall' };
  const truth = JSON.stringify({ ...common, machines, lines, frames });
  await writeFile(join(folder.path, 'hall.truth.json'), truth);
});
afterAll(() => folder?.remove());

async function startBroker(port = 0) {
  const aedes = await Aedes.createBroker();
  const server: Server = createServer(aedes.handle);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: address.port, url: `mqtt://127.0.0.1:${address.port}`, stop };
}

/** Messages until each of the named kinds has come. */
async function listen(url: string, kinds: ('uwb' | 'rfid' | 'machine')[]) {
  const client = await connectAsync(url, { protocolVersion: 4 });
  const missing = new Set<string>(kinds);
  const heard: { topic: string; payload: unknown; retain: boolean }[] = [];
  const all = new Promise<void>((resolve) => {
    client.on('message', (topic, bytes, { retain }) => {
      const payload = JSON.parse(bytes.toString());
      heard.push({ topic, payload, retain });
      missing.delete('provider_type' in payload ? payload.provider_type : 'machine');
      if (missing.size === 0) resolve();
    });
  });
  await client.subscribeAsync([
    topics.locations('demo', '+'),
    topics.readerLocations('demo', '+'),
    topics.machineState('demo', '+'),
  ]);
  await all;
  await client.endAsync(true);
  return heard;
}

it('badges and machines are published on the bus, also after a broker outage', async () => {
  const broker = await startBroker();
  const plant = await startTestPlant(folder.path, { mqttUrl: broker.url });
  try {
    const heard = await listen(broker.url, ['uwb', 'rfid', 'machine']);
    const epoch = (await plant.call('GET', '/clock')).body.epoch;
    for (const { topic, payload } of heard) {
      if (topic === topics.machineState('demo', 'robot-1')) {
        expect(machineState.parse(payload)).toMatchObject({ machine: 'robot-1', state: 'running' });
        continue;
      }
      const place = location.parse(payload);
      const time = ((Date.parse(place.timestamp_generated) - epoch) / 1000 + DURATION) % DURATION;
      if (place.provider_type === 'rfid') {
        expect(place.source).toBe('gate');
        expect(topic).toBe(topics.readerLocations('demo', 'gate'));
        expect(time).toBeCloseTo(1.5, 0);
      } else {
        expect(place.source).toBe('main-hall');
        expect(topic).toBe(topics.locations('demo', 'badge-worker-1'));
        // The picture at that time shows the worker at y = time; tolerance of five standard
        // deviations.
        expect(Math.abs(place.position.coordinates[1] - (time % 2.95))).toBeLessThan(1.5);
      }
    }
    await broker.stop();
    const again = await startBroker(broker.port);
    const later = await listen(again.url, ['uwb', 'machine']);
    expect(later.some(({ topic }) => topic === topics.machineState('demo', 'robot-1'))).toBe(true);
    await again.stop();
  } finally {
    await plant.close();
  }
});
