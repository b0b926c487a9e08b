import { availableParallelism } from 'node:os';
import { slug } from '@anshi/contracts';
import { flag, readSettings } from '@anshi/contracts/process';
import { z } from 'zod';
import { MADE_MODELS } from './detect/model-card.ts';
import { DEFAULT_DETECTOR } from './models-folder.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'must be two port numbers like 50000-50100')
  .transform((text) => {
    const [from, to] = text.split('-').map(Number) as [number, number];
    return { from, to };
  })
  .refine(({ from, to }) => from >= 1 && from <= to && to <= 65_535, 'must be a range of ports');

/** Environment variables of a vision worker, with their defaults. */
const schema = z.object({
  ANSHI_WORKER_ID: slug.default('worker-1'),
  ANSHI_TENANT: slug.default('demo'),
  ANSHI_MQTT_URL: z
    .string()
    .regex(/^(mqtts?|wss?|tcp|ssl):\/\//, 'must be an address like mqtt://127.0.0.1:1883'),
  ANSHI_API_URL: z.url({ protocol: /^https?$/, error: 'must be an address like http://host:8080' }),
  /** Its own secret, made at /admin/devices; left out, it makes one and enrols by the token. */
  ANSHI_WORKER_SECRET: z
    .string()
    .regex(/^anshi_[0-9a-z]{16}_[A-Za-z0-9_-]{43}$/, 'must be a secret made at /admin/devices')
    .optional(),
  /** With it the worker enrols once, where it has no secret. */
  ANSHI_WORKER_TOKEN: z.string().min(16, 'must be a secret of 16 characters or more').optional(),
  /** Which this worker shares with the API alone: it signs what goes over the bus. */
  ANSHI_BUS_KEY: z
    .string('must be the key of this worker: npm run -s worker-key -- <worker id>')
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits: npm run -s worker-key -- <worker id>'),
  ANSHI_CAMERAS: z.string().default('cameras.yaml'),
  /** `database`: the API holds the cameras, and the file is for the time before it was ever reached. */
  ANSHI_CAMERAS_FROM: z.enum(['database', 'file']).default('database'),
  ANSHI_MODELS: z.string().default('models'),
  /** The detector of cameras that name none, or `ppe`: the name of its folder. */
  ANSHI_PPE_MODEL: slug.default(DEFAULT_DETECTOR),
  /** Weights that set-up makes. */
  ANSHI_MODELS_MADE: z.string().default(MADE_MODELS),
  /** Ring, outbox and state; must survive restarts. */
  ANSHI_WORKER_DIR: z.string().default('.anshi/worker'),
  ANSHI_INFERENCE_THREADS: z.coerce.number().int().min(1).max(256).default(availableParallelism()),
  /** Analysed frames a second that it can take; left out, what it measures. */
  ANSHI_WORKER_CAPACITY: z.coerce.number().positive().max(100_000).optional(),
  /** Cameras that it takes at most; left out, any number. */
  ANSHI_WORKER_CAMERAS: z.coerce.number().int().min(0).max(1_000).optional(),
  ANSHI_WORKER_HTTP_HOST: z.string().default('127.0.0.1'),
  ANSHI_WORKER_HTTP_PORT: port.default(0),
  /** The address by which the API reaches this worker; left out, its own host and port. */
  ANSHI_WORKER_HTTP_URL: z.url().optional(),
  /** Hosts that are asked when cameras are looked for, where multicast does not reach them: 192.0.2.10, 192.0.2.11. */
  ANSHI_ONVIF_HOSTS: z
    .string()
    .regex(
      /^[\w.:, [\]%-]*$/,
      'must be names or IPs with commas between, such as 192.0.2.10, [2001:db8::11]:3702',
    )
    .default(''),
  /** Seconds of video kept for evidence. */
  ANSHI_RING_SECONDS: z.coerce.number().int().min(30).max(3600).default(60),
  /** Hours for which observations are kept for replays; 0: none are recorded. */
  ANSHI_OBSERVATIONS_HOURS: z.coerce.number().min(0).max(8760).default(72),
  /** The most that they take on the disk, MB; the oldest go first. */
  ANSHI_OBSERVATIONS_MB: z.coerce.number().min(1).max(1e6).default(2000),
  /** Seconds without a picture that are a stall. */
  ANSHI_STALL_SECONDS: z.coerce.number().min(1).max(300).default(20),
  /** Address announced to live viewers; left out, all of this machine. */
  ANSHI_LIVE_BIND: z.string().optional(),
  /** Ports for viewers, UDP and TCP, e.g. 50000-50100; left out, any. */
  ANSHI_LIVE_PORTS: portRange.optional(),
  /** Further addresses at which viewers reach this machine, e.g. that of a router that forwards the ports. */
  ANSHI_LIVE_ANNOUNCE: z
    .string()
    .regex(/^[\w.:, -]*$/, 'must be IPs or names with commas between, such as 203.0.113.5')
    .default('')
    .transform((text) => text.split(/[, ]+/).filter((one) => one !== '')),
  /** Whether viewers may come by TCP where UDP is blocked. */
  ANSHI_LIVE_TCP: flag.default(true),
  /**
   * `auto`: for each view mediasoup where its worker runs, else node-datachannel, and node-rtsp-stream
   * where WebRTC does not get through; the others force one.
   */
  ANSHI_LIVE_ENGINE: z
    .enum(['auto', 'mediasoup', 'node-datachannel', 'node-rtsp-stream'])
    .default('auto'),
  /** Substreams pulled at a time for small tiles. */
  ANSHI_LIVE_SUBSTREAMS: z.coerce.number().int().min(0).max(1024).default(64),
  /** The most cameras that are encoded at a time by node-rtsp-stream; 0: none. */
  ANSHI_LIVE_MPEG1: z.coerce.number().int().min(0).max(256).default(8),
  ANSHI_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

export type WorkerSettings = z.infer<typeof schema>;

/** @throws SettingsError that names every variable that is missing or wrong. */
export function workerSettings(env: Record<string, string | undefined>): WorkerSettings {
  return readSettings(schema, env);
}

/** Where the API reaches the HTTP server of a worker. */
export function httpAddress(
  settings: Pick<WorkerSettings, 'ANSHI_WORKER_HTTP_URL' | 'ANSHI_WORKER_HTTP_HOST'>,
  port: number,
): string {
  const { ANSHI_WORKER_HTTP_URL: url, ANSHI_WORKER_HTTP_HOST: host } = settings;
  return url || `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
}
