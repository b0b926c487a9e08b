import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOtlpReceiver } from '@anshi/contracts/testing/otlp-receiver';
import { violationTraceIds } from '@anshi/contracts/tracing';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiSink, BUS_KEY } from '../testing/api-sink.ts';
import { startBroker, type TestBroker } from '../testing/broker.ts';
import { type Child, startChild } from '../testing/child.ts';

const TOKEN = 'a-secret-of-a-worker';
let folder: string;
let broker: TestBroker;
let api: ApiSink;
let child: Child | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-delivery-'));
  broker = await startBroker();
  api = new ApiSink({ tenant: 'demo', worker: 'worker-1', token: TOKEN });
  await api.listen();
  await api.connect(broker.url);
});
afterEach(async () => {
  await child?.end('SIGKILL');
  await api.close();
  await broker.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<Child> {
  child = await startChild('vision/src/testing/records-process.ts', {
    ANSHI_MQTT_URL: broker.url,
    ANSHI_API_URL: api.url,
    ANSHI_WORKER_TOKEN: TOKEN,
    ANSHI_BUS_KEY: BUS_KEY,
    ANSHI_WORKER_DIR: folder,
    ...env,
  });
  return child;
}

/** Records a violation and waits until it is durable. */
async function record(worker: Child): Promise<string> {
  const id = ulid();
  const durable = new Promise<void>((resolve) => {
    const listen = (message: { durable?: string }) => {
      if (message.durable !== id) return;
      worker.process.off('message', listen);
      resolve();
    };
    worker.process.on('message', listen);
  });
  worker.process.send({ record: id });
  await durable;
  return id;
}

const outboxFiles = async () =>
  (await readdir(join(folder, 'outbox'))).filter((name) => name.endsWith('.json'));

/** Confirmed and clip event of each, because nothing was recorded that could be cut. */
const idsOf = (violations: string[]) => violations.flatMap((id) => [id, `${id}-clip`]).sort();

describe('a confirmed violation reaches the API', () => {
  test('evidence first, then the event; then the outbox is empty', async () => {
    const worker = await start();
    const id = await record(worker);
    await api.until(() => api.committed.size === 2);
    const event = api.committed.get(id);
    if (event?.type !== 'cn.anshi.violation.confirmed.v2') throw new Error('no such event');
    const snapshot = api.evidence.get(event.data.snapshot!.sha256);
    expect(snapshot?.type).toBe('image/jpeg');
    expect(snapshot?.bytes.length).toBe(event.data.snapshot!.bytes);
    expect(event.data.snapshot!.boxes.map(({ label }) => label)).toEqual(['person', 'head']);
    expect(api.committed.get(`${id}-clip`)?.data).toMatchObject({
      clip: null,
      missing: { reason: 'camera-lost' },
    });
    await expect.poll(outboxFiles, { timeout: 60_000 }).toEqual([]);
    await worker.end();
    expect(await readdir(join(folder, 'evidence'))).toEqual([]);
    expect(await readdir(join(folder, 'clips'))).toEqual([]);
  });

  test('kill -9 with the API away: exactly the same ids come after the restart', async () => {
    api.decide = () => null;
    let worker = await start();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await record(worker));
    await worker.end('SIGKILL');
    expect((await outboxFiles()).length).toBeGreaterThanOrEqual(5);
    api.decide = () => 'committed';
    worker = await start();
    ids.push(await record(worker));
    await api.until(() => api.committed.size === 12);
    expect([...api.committed.keys()].sort()).toEqual(idsOf(ids));
    await expect.poll(outboxFiles, { timeout: 60_000 }).toEqual([]);
    await worker.end();
  });

  test('killed at any moment, nothing durable is lost and nothing else comes', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 4; round++) {
      const worker = await start();
      for (let i = 0; i <= round; i++) ids.push(await record(worker));
      await worker.end('SIGKILL');
    }
    await start();
    await api.until(() => idsOf(ids).every((id) => api.committed.has(id)));
    expect([...api.committed.keys()].sort()).toEqual(idsOf(ids));
  });

  test('the broker restarts and the API is away for a while', async () => {
    const worker = await start();
    await api.closeHttp();
    const first = await record(worker);
    const { port } = broker;
    await broker.close();
    const second = await record(worker);
    broker = await startBroker(port);
    await api.listen();
    await api.until(() => api.committed.size === 4);
    expect([...api.committed.keys()].sort()).toEqual(idsOf([first, second]));
  });

  test('events that the API rejects are set aside with the reason, others continue', async () => {
    const worker = await start();
    const ids = [ulid()];
    api.decide = (event) => (event.data.violation === ids[0] ? 'rejected' : 'committed');
    worker.process.send({ record: ids[0]! });
    ids.push(await record(worker));
    await api.until(() => api.committed.has(`${ids[1]}-clip`));
    await worker.end();
    const kept = await readdir(join(folder, 'outbox', 'rejected'));
    expect(kept).toContain(`${ids[0]}.json`);
    expect([...api.committed.keys()].sort()).toEqual(idsOf([ids[1]!]));
  });

  test('a damaged entry is set aside and does not stop the rest', async () => {
    api.decide = () => null;
    let worker = await start();
    const id = await record(worker);
    await worker.end('SIGKILL');
    await writeFile(join(folder, 'outbox', '000000000000.json'), '{"version":1,"eve');
    api.decide = () => 'committed';
    worker = await start();
    await api.until(() => api.committed.has(id));
    expect(await readdir(join(folder, 'outbox', 'damaged'))).toEqual([
      expect.stringMatching(/^\d+-000000000000\.json$/),
    ]);
  });
});

describe('the trace of a violation', () => {
  test('is one from the frame to the delivery, also over a kill', async () => {
    const receiver = await startOtlpReceiver();
    const traced = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
    };
    try {
      api.decide = () => null;
      let worker = await start(traced);
      const id = await record(worker);
      const { traceId, spanId } = violationTraceIds(id);
      const named = (name: string) => receiver.of(traceId).filter((span) => span.name === name);
      await expect.poll(() => named('violation'), { timeout: 60_000 }).toHaveLength(1);
      expect(named('violation')[0]).toMatchObject({
        service: 'anshi-vision',
        spanId,
        parent: null,
        attributes: {
          'anshi.camera': 'gate',
          'anshi.violation': id,
          'anshi.rule': 'missing-ppe',
        },
      });
      for (const stage of ['frame', 'snapshot', 'outbox']) {
        expect(named(stage), stage).toMatchObject([{ parent: spanId }]);
      }
      await worker.end('SIGKILL');

      api.decide = () => 'committed';
      worker = await start(traced);
      await api.until(() => api.committed.size === 2);
      for (const event of api.committed.values()) {
        expect(event.traceparent).toBe(`00-${traceId}-${spanId}-01`);
      }
      await expect.poll(outboxFiles, { timeout: 60_000 }).toEqual([]);
      await worker.end();
      const delivered = named('deliver').filter(
        ({ attributes }) => attributes['anshi.result'] === 'committed',
      );
      expect(delivered.map(({ parent }) => parent)).toEqual([spanId, spanId]);
      const upload = named('upload evidence').at(-1);
      const [snapshot] = api.evidence.values();
      expect(snapshot?.traceparent).toBe(`00-${traceId}-${upload?.spanId}-01`);
    } finally {
      await receiver.close();
    }
  });

  test('is none where no receiver is named', async () => {
    await start();
    await record(child!);
    await api.until(() => api.committed.size === 2);
    for (const event of api.committed.values()) expect(event).not.toHaveProperty('traceparent');
    expect([...api.evidence.values()][0]).not.toHaveProperty('traceparent');
  });
});
