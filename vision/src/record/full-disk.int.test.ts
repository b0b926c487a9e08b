import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canMount, type SmallDisk, smallDisk } from '@anshi/contracts/testing/small-disk';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiSink, BUS_KEY } from '../testing/api-sink.ts';
import { startBroker, type TestBroker } from '../testing/broker.ts';
import { type Child, startChild } from '../testing/child.ts';
import { lockFolder } from './folder-lock.ts';
import { makeRoomToStart, Room } from './room.ts';

const TOKEN = 'a-secret-of-a-worker';
const log = pino({ level: 'silent' });
let disk: SmallDisk;
let folder: string;

// Where this user may not mount a file system, none of it runs.
describe.skipIf(!canMount)('a worker whose disk is full', () => {
  beforeEach(() => {
    disk = smallDisk(32);
    folder = join(disk.path, 'worker');
    mkdirSync(folder);
  });
  afterEach(() => disk.unmount());

  test('gives up video first, keeps space for events, and takes video up again by itself', async () => {
    const room = await Room.open(folder, log);
    const reserve = statSync(join(folder, 'reserve')).size;
    expect(reserve).toBeGreaterThan(500_000);
    expect([room.forRing, room.problem]).toEqual([true, null]);
    disk.fill();
    await room.check();
    expect(room.forRing).toBe(false);
    expect(room.problem).toContain('no video is kept; free space');
    await room.write(join(folder, 'event'), 'x'.repeat(10_000));
    expect(statSync(join(folder, 'event')).size).toBe(10_000);
    expect(statSync(join(folder, 'reserve')).size).toBeLessThan(reserve);
    disk.free();
    await room.check();
    expect([room.forRing, room.problem]).toEqual([true, null]);
    expect(statSync(join(folder, 'reserve')).size).toBe(reserve);
  });

  test('says so where the reserve is used up, too, and starts again all the same', async () => {
    const room = await Room.open(folder, log);
    disk.fill();
    const writeAll = async () => {
      for (let i = 0; ; i++) await room.write(join(folder, `event-${i}`), 'x'.repeat(100_000));
    };
    await expect(writeAll()).rejects.toMatchObject({ code: 'ENOSPC' });
    disk.free();
    await room.check();
    disk.fill();
    expect(() => lockFolder(folder, 'worker-1')).toThrow(/ENOSPC/);
    makeRoomToStart(folder);
    lockFolder(folder, 'worker-1')();
    expect(readdirSync(folder).filter((name) => name.startsWith('.worker'))).toEqual([]);
  });

  describe('with its way to the API', () => {
    let api: ApiSink;
    let broker: TestBroker;
    beforeEach(async () => {
      broker = await startBroker();
      api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
      await api.listen();
      await api.connect(broker.url);
    });
    afterEach(async () => {
      await api.close();
      await broker.close();
    });

    const start = () =>
      startChild('vision/src/testing/records-process.ts', {
        ANSHI_MQTT_URL: broker.url,
        ANSHI_API_URL: api.url,
        ANSHI_WORKER_TOKEN: TOKEN,
        ANSHI_BUS_KEY: BUS_KEY,
        ANSHI_WORKER_DIR: folder,
      });
    async function record(worker: Child): Promise<string> {
      const id = ulid();
      const durable = new Promise<void>((resolve) => {
        worker.process.on('message', function hear(message: { durable?: string }) {
          if (message.durable !== id) return;
          worker.process.off('message', hear);
          resolve();
        });
      });
      worker.process.send({ record: id });
      await durable;
      return id;
    }
    /** Files of what is not yet delivered. */
    const waiting = () =>
      ['outbox', 'evidence', 'clips'].flatMap((name) =>
        readdirSync(join(folder, name), { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(name, entry.name)),
      );
    const dataOf = (id: string) => {
      const event = api.committed.get(id);
      if (event?.type !== 'cn.anshi.violation.confirmed.v2') throw new Error('no such event');
      return event.data;
    };

    test('tells every violation, says that it has no evidence, and loses none by a kill', async () => {
      let worker = await start();
      const before = await record(worker);
      await api.until(() => api.committed.has(`${before}-clip`));
      // What the worker removes after it was filled would be space for a picture.
      await expect.poll(waiting, { timeout: 60_000 }).toEqual([]);
      disk.fill();
      const told = await record(worker);
      await api.until(() => api.committed.has(`${told}-clip`));
      expect(dataOf(told)).toMatchObject({
        snapshot: null,
        snapshotMissing: { reason: 'disk-full', message: expect.stringContaining('no evidence') },
      });
      // Not acknowledged yet, and killed: it is on the disk, by the reserve.
      api.decide = () => null;
      const unacknowledged = [await record(worker), await record(worker)];
      await worker.end('SIGKILL');
      api.decide = () => 'committed';
      worker = await start();
      await api.until(() => unacknowledged.every((id) => api.committed.has(id)));
      disk.free();
      const after = await record(worker);
      await api.until(() => api.committed.has(after));
      expect(dataOf(after).snapshotMissing).toBeNull();
      expect(api.evidence.has(dataOf(after).snapshot?.sha256 ?? '')).toBe(true);
      await worker.end();
    });
  });
});
