import { mkdir } from 'node:fs/promises';
import type { ZoneConfig } from '@anshi/contracts';
import { announceReady, onShutdown } from '@anshi/contracts/process';
import { startTracing } from '@anshi/contracts/tracing';
import { pino } from 'pino';
import { openAlarms } from '../alarm/open-alarms.ts';
import { MADE_MODELS } from '../detect/model-card.ts';
import type { ConfirmedVerdict } from '../judge/verdict.ts';
import { loadModels } from '../models-folder.ts';
import { Bus } from '../publish/bus.ts';
import { EvidenceSigner } from '../publish/evidence-signer.ts';
import { WorkerCredential } from '../publish/worker-credential.ts';
import { Room } from '../record/room.ts';
import { openRecords, type Records } from '../records.ts';
import { confirmedVerdict, findings } from './findings.ts';

/**
 * The worker's stages from verdict to acknowledgement and alarm, in a process that a test can kill.
 * `{record: id}` confirms a violation; the reply `{confirmed: id, at}` is sent before it is recorded,
 * `{durable: id}` when it is durable.
 */
const env = process.env as Record<string, string>;
const log = pino({ level: 'warn' });
const tracing = await startTracing(
  env,
  { service: 'anshi-vision', instance: 'worker-1', version: '1' },
  (why) => log.warn(why),
);
let records: Records | undefined;
/** The cameras that it says it watches. */
const cameras = (env.TEST_CAMERAS ?? '').split(',').filter(Boolean);
const watch = () => {
  if (cameras.length === 0) return;
  void bus.status({
    worker: 'worker-1',
    online: true,
    at: new Date().toISOString(),
    http: null,
    cameras,
    liveEngine: null,
    model: null,
    outbox: null,
    recording: true,
    disk: null,
    warnings: [],
    problem: null,
    configuration: null,
  });
};
const folder = env.ANSHI_WORKER_DIR!;
await mkdir(folder, { recursive: true });
const alarms = await openAlarms(
  {
    ANSHI_WORKER_DIR: folder,
    ANSHI_TENANT: 'demo',
    ANSHI_WORKER_ID: 'worker-1',
    ANSHI_BUS_KEY: env.ANSHI_BUS_KEY!,
  },
  () => bus,
  log,
);
const bus: Bus = new Bus({
  url: env.ANSHI_MQTT_URL!,
  tenant: 'demo',
  worker: 'worker-1',
  key: env.ANSHI_BUS_KEY!,
  log,
  onAcknowledgement: (word) => {
    if (!alarms.journal.acknowledge(word)) records?.delivery.acknowledge(word);
  },
  onAlarmPlan: (payload) => alarms.plan.take(payload),
  onAlarmAnswer: (topic, payload) => alarms.alarms.answer(topic, payload),
  onConnect: () => {
    records?.delivery.wake();
    alarms.journal.wake();
    watch();
  },
});
const signer = await EvidenceSigner.open({ folder, tenant: 'demo', worker: 'worker-1', log });
const credential = await WorkerCredential.open({
  signer,
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
  signer,
  source: '/vision/worker-1',
  log,
  bus,
  ringOf: () => undefined,
  observationsOf: () => undefined,
  isLive: () => false,
  alarms: alarms.alarms,
  ...(env.TEST_MODELS && { models: loadModels(env.TEST_MODELS, MADE_MODELS, log) }),
});
records = opened;
opened.delivery.wake();
opened.clips.resume();
opened.states.restore('gate', opened.outbox.entries);
/** What a test lets the judge confirm. */
interface Order {
  record: string;
  verdict?: Partial<ConfirmedVerdict>;
  camera?: string;
  place?: { site?: string; zones?: Partial<ZoneConfig>[] };
}
process.on('message', async ({ record, verdict = {}, camera, place }: Order) => {
  const confirmed = confirmedVerdict({ ...verdict, violation: record });
  process.send?.({ confirmed: record, at: Date.now() });
  await opened.recorder.record(findings([confirmed], camera, place));
  process.send?.({ durable: record });
});
const poke = setInterval(() => {
  alarms.journal.poke();
  opened.delivery.poke();
  // Enrols where the API is there.
  if (cameras.length > 0) credential.ready().catch(() => {});
  watch();
}, 1000);
onShutdown(async () => {
  clearInterval(poke);
  await opened.close();
  await alarms.close();
  await bus.close();
  await tracing.close();
});
announceReady();
