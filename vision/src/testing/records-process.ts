import { mkdir } from 'node:fs/promises';
import { announceReady, onShutdown } from '@anshi/contracts/process';
import { startTracing } from '@anshi/contracts/tracing';
import { pino } from 'pino';
import { Bus } from '../publish/bus.ts';
import { WorkerCredential } from '../publish/worker-credential.ts';
import { Room } from '../record/room.ts';
import { openRecords, type Records } from '../records.ts';
import { confirmedVerdict, findings } from './findings.ts';

/**
 * The worker's stages from verdict to acknowledgement, in a process that a test can kill. `{record:
 * id}` records a violation; the reply `{durable: id}` is sent when it is durable.
 */
const env = process.env as Record<string, string>;
const log = pino({ level: 'warn' });
const tracing = await startTracing(
  env,
  { service: 'anshi-vision', instance: 'worker-1', version: '1' },
  (why) => log.warn(why),
);
let records: Records | undefined;
const bus = new Bus({
  url: env.ANSHI_MQTT_URL!,
  tenant: 'demo',
  worker: 'worker-1',
  key: env.ANSHI_BUS_KEY!,
  log,
  onAcknowledgement: (word) => records?.delivery.acknowledge(word),
  onConnect: () => records?.delivery.wake(),
});
const folder = env.ANSHI_WORKER_DIR!;
await mkdir(folder, { recursive: true });
const credential = await WorkerCredential.open({
  worker: 'worker-1',
  api: env.ANSHI_API_URL!,
  folder: folder,
  enrolToken: env.ANSHI_WORKER_TOKEN,
  log,
});
const opened = await openRecords({
  folder,
  room: await Room.open(folder, log),
  api: env.ANSHI_API_URL!,
  credential,
  source: '/vision/worker-1',
  log,
  bus,
  ringOf: () => undefined,
  observationsOf: () => undefined,
  isLive: () => false,
});
records = opened;
opened.delivery.wake();
opened.clips.resume();
opened.states.restore('gate', opened.outbox.entries);
process.on('message', async ({ record }: { record: string }) => {
  await opened.recorder.record(findings([confirmedVerdict({ violation: record })]));
  process.send?.({ durable: record });
});
onShutdown(async () => {
  await opened.close();
  await bus.close();
  await tracing.close();
});
announceReady();
