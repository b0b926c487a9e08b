import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { CameraDiagnosis } from '@anshi/contracts';
import type { CameraSource } from '../capture/source.ts';
import { streamScript, streamScriptOptions } from '../capture/stream-script.ts';
import { openTlsRelay } from '../capture/tls-relay.ts';

const CONNECT_MS = 2_000;
const PROBE_MS = 8_000;
/** More than a small picture, or a list of streams, takes. */
const OUT_MOST = 300_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'rtsp:': 554, 'rtsps:': 322 };

/** Where an address leads to; null for a file. */
export function endpointOf(source: CameraSource): { host: string; port: number } | null {
  if (source.kind === 'file') return null;
  const { protocol, hostname, port } = new URL(source.input);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (DEFAULT_PORTS[protocol] ?? 554),
  };
}

/** @returns how long a connection took, ms. @throws Error of the system, or that no answer came. */
export function connection(host: string, port: number): Promise<number> {
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

/** What a program said that found no stream. */
export class ProbeError extends Error {
  /** Its last lines; may hold a password. */
  readonly lines: readonly string[];
  constructor(message: string, lines: readonly string[] = []) {
    super(message);
    this.name = 'ProbeError';
    this.lines = lines;
  }
}

/**
 * Opens a stream for a program of ffmpeg: by a relay where the camera is reached by TLS.
 *
 * @throws Error with what is wrong at the other end of the relay, where something is.
 */
export async function withStream<Result>(
  source: CameraSource,
  transport: 'tcp' | 'udp',
  use: (url: string, transport: 'tcp' | 'udp') => Promise<Result>,
): Promise<Result> {
  const relay =
    source.tls && (await openTlsRelay(source.input, source.shown, source.tls, PROBE_MS));
  try {
    return await use(relay?.url ?? source.input, relay ? 'tcp' : transport);
  } catch (error) {
    throw relay?.fault ? new TlsError(relay.fault.code, relay.fault.message) : error;
  } finally {
    relay?.close();
  }
}

/** A fault of the connection by TLS. */
export class TlsError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'TlsError';
    this.code = code;
  }
}

/** @returns what ffprobe found. @throws ProbeError with its last words. */
export const probeStreams = (
  source: CameraSource,
  transport: 'tcp' | 'udp',
): Promise<CameraDiagnosis['probe']['streams']> =>
  withStream(source, transport, async (url, by) => {
    const options = ['-hide_banner', '-loglevel', 'error', '-show_streams', '-of', 'json'];
    const tool = process.env.FFPROBE_PATH || 'ffprobe';
    const out = await runOnStream({ source, url, transport: by, tool, before: options, after: [] });
    return readStreams(out.toString('utf8'));
  });

/**
 * Runs ffmpeg or ffprobe on a stream and gives what it wrote. The address goes in by standard input: arguments
 * can be read by every user of the machine.
 *
 * @throws ProbeError with its last words, or that it took too long.
 */
export function runOnStream(run: {
  source: CameraSource;
  url: string;
  transport: 'tcp' | 'udp';
  tool: string;
  /** Arguments before the input, and after it. */
  before: readonly string[];
  after: readonly string[];
}): Promise<Buffer> {
  const { source, url, transport, tool } = run;
  const isFile = source.kind === 'file';
  const input = isFile ? ['-i', source.input] : [...streamScriptOptions(), '-i', 'pipe:0'];
  const child = spawn(tool, [...run.before, ...input, ...run.after], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: PROBE_MS,
    killSignal: 'SIGKILL',
  });
  const out: Buffer[] = [];
  let length = 0;
  let words = '';
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= OUT_MOST) out.push(chunk);
  });
  child.stderr.on('data', (chunk) => {
    words = (words + chunk).slice(-2_000);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(isFile ? '' : streamScript({ url, transport, stallSeconds: PROBE_MS / 1000 }));
  return new Promise((resolve, reject) => {
    const lines = () => words.trim().split('\n');
    child.once('error', () => reject(new ProbeError(`${tool} is not installed beside ffmpeg`)));
    child.once('close', (code, signal) => {
      if (signal !== null) reject(new ProbeError(`no answer within ${PROBE_MS / 1000} s`, lines()));
      else if (code === 0 && length <= OUT_MOST) resolve(Buffer.concat(out));
      else reject(new ProbeError(lines().at(-1) || `${tool} ended with ${code}`, lines()));
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
