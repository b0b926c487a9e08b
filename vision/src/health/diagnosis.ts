import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { CameraConfig, CameraDiagnosis, CameraHealth } from '@anshi/contracts';
import type { CameraSource } from '../capture/source.ts';
import { STREAM_SCRIPT_OPTIONS, streamScript } from '../capture/stream-script.ts';
import { openTlsRelay } from '../capture/tls-relay.ts';
import { Snapshots } from '../record/snapshots.ts';
import type { SmallPicture } from './small-picture.ts';

const TRIES = 3;
const CONNECT_MS = 2_000;
const PROBE_MS = 8_000;
const PICTURE_MS = 5_000;
const PICTURE_EVERY_MS = 100;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322 };
const ERROR_LENGTH = 300;

/** What a diagnosis is about. */
export interface Diagnosed {
  readonly worker: string;
  readonly config: Pick<CameraConfig, 'id' | 'transport'>;
  readonly health: CameraHealth;
  readonly log: readonly string[];
  /** The newest picture; null before the first one. */
  readonly last: () => SmallPicture | null;
  /** @throws Error where the address cannot be used. */
  readonly source: () => CameraSource;
}

/**
 * Looks at a camera from its worker: how long a connection takes, and what ffprobe finds over one of its
 * own. Nothing that it returns holds a password.
 */
export async function diagnose(camera: Diagnosed): Promise<CameraDiagnosis> {
  const { worker, config, health, log, last } = camera;
  let source: CameraSource | null = null;
  let problem: string | null = null;
  try {
    source = camera.source();
  } catch (error) {
    problem = (error as Error).message;
  }
  const [roundTrip, probe] = await Promise.all([
    source ? roundTripTo(source) : null,
    source ? probeOf(source, config.transport) : nothingFound(problem ?? 'no address'),
  ]);
  const picture = health.state === 'live' ? await firstPicture(last) : last();
  return {
    camera: config.id,
    worker,
    at: new Date().toISOString(),
    address: source?.shown ?? null,
    state: health.state,
    fault: health.fault?.message ?? problem,
    log: log.slice(-100),
    roundTrip,
    probe,
    still: picture && { at: new Date(picture.at).toISOString(), jpeg: await jpegOf(picture) },
  };
}

/** The newest picture; of a camera that has just come to life the first one, where it comes soon. */
async function firstPicture(last: Diagnosed['last']): Promise<SmallPicture | null> {
  for (let waited = 0; waited < PICTURE_MS && last() === null; waited += PICTURE_EVERY_MS) {
    await setTimeout(PICTURE_EVERY_MS);
  }
  return last();
}

async function jpegOf(picture: SmallPicture): Promise<string> {
  const snapshots = new Snapshots();
  try {
    return Buffer.from(await snapshots.jpeg(picture)).toString('base64');
  } finally {
    await snapshots.close();
  }
}

/** Opens connections one after the other. */
async function roundTripTo(source: CameraSource): Promise<CameraDiagnosis['roundTrip']> {
  if (source.kind === 'file') return null;
  const { protocol, hostname, port } = new URL(source.input);
  const host = hostname.replace(/^\[|\]$/g, '');
  const at = Number(port) || (DEFAULT_PORTS[protocol] ?? 554);
  const ms: (number | null)[] = [];
  let error: string | null = null;
  for (let n = 0; n < TRIES; n++) {
    const took = await connection(host, at).catch((failure: Error) => {
      error = source.mask(failure.message).slice(0, ERROR_LENGTH);
      return null;
    });
    ms.push(took);
  }
  return { host, port: at, ms, error };
}

function connection(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const socket = connect({ host, port });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(CONNECT_MS, () => fail(new Error(`no answer within ${CONNECT_MS} ms`)));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.destroy();
      resolve(Math.round((performance.now() - begun) * 10) / 10);
    });
  });
}

const nothingFound = (error: string, seconds = 0): CameraDiagnosis['probe'] => ({
  ok: false,
  seconds,
  streams: [],
  error: error.slice(0, ERROR_LENGTH),
});

async function probeOf(
  source: CameraSource,
  transport: 'tcp' | 'udp',
): Promise<CameraDiagnosis['probe']> {
  const begun = performance.now();
  const took = () => Math.round((performance.now() - begun) / 100) / 10;
  try {
    const relay =
      source.tls && (await openTlsRelay(source.input, source.shown, source.tls, PROBE_MS));
    try {
      const text = await ffprobe(source, relay?.url ?? source.input, relay ? 'tcp' : transport);
      const streams = readStreams(text);
      const isVideo = streams.some(({ type }) => type === 'video');
      return {
        ok: isVideo,
        seconds: took(),
        streams,
        error: isVideo ? null : (relay?.fault?.message ?? 'no video was found'),
      };
    } catch (error) {
      throw relay?.fault ? new Error(relay.fault.message) : error;
    } finally {
      relay?.close();
    }
  } catch (error) {
    return nothingFound(source.mask((error as Error).message), took());
  }
}

/** @returns JSON. @throws Error with its last words. */
function ffprobe(source: CameraSource, url: string, transport: 'tcp' | 'udp'): Promise<string> {
  // The address goes in by standard input: arguments can be read by every user of the machine.
  const isFile = source.kind === 'file';
  const input = isFile ? ['-i', source.input] : [...STREAM_SCRIPT_OPTIONS, '-i', 'pipe:0'];
  const tool = process.env.FFPROBE_PATH || 'ffprobe';
  const child = spawn(
    tool,
    ['-hide_banner', '-loglevel', 'error', '-show_streams', '-of', 'json', ...input],
    { stdio: ['pipe', 'pipe', 'pipe'], timeout: PROBE_MS, killSignal: 'SIGKILL' },
  );
  let out = '';
  let words = '';
  child.stdout.on('data', (chunk) => {
    out = (out + chunk).slice(0, 100_000);
  });
  child.stderr.on('data', (chunk) => {
    words = (words + chunk).slice(-2_000);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(isFile ? '' : streamScript({ url, transport, stallSeconds: PROBE_MS / 1000 }));
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new Error('ffprobe is not installed beside ffmpeg')));
    child.once('close', (code, signal) => {
      if (signal !== null) reject(new Error(`no answer within ${PROBE_MS / 1000} s`));
      else if (code === 0) resolve(out);
      else reject(new Error(words.trim().split('\n').at(-1) || `ffprobe ended with ${code}`));
    });
  });
}

interface Stream {
  codec_type?: unknown;
  codec_name?: unknown;
  width?: unknown;
  height?: unknown;
  avg_frame_rate?: unknown;
}

function readStreams(json: string): CameraDiagnosis['probe']['streams'] {
  const { streams = [] } = JSON.parse(json) as { streams?: Stream[] };
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 40) : null);
  const whole = (value: unknown) => (Number.isInteger(value) ? (value as number) : null);
  return streams.slice(0, 16).map((one) => ({
    type: text(one.codec_type) ?? 'unknown',
    codec: text(one.codec_name),
    width: whole(one.width) || null,
    height: whole(one.height) || null,
    fps: one.avg_frame_rate === '0/0' ? null : text(one.avg_frame_rate),
  }));
}
