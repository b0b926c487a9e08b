import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { GatesConfig } from '../config-gates.ts';
import { type BootClock, systemClock } from './boot-clock.ts';
import { EdgePoint } from './point.ts';
import { type GateServer, serveGates } from './server.ts';

/** How often the time is written down, ms. */
const SEEN_MS = 5_000;
/** A clock that is behind by more than this was set back, ms. */
const BACK_MS = 1_000;

const seen = z.object({ wall: z.number() });

export interface Gates {
  readonly port: number;
  readonly status: EdgePoint['status'][];
  close(): Promise<void>;
}

/** The points of this gateway, each by its own credential. @throws Error where the address cannot be used. */
export async function openGates(
  config: GatesConfig,
  folder: string,
  log: Logger,
  clock: BootClock = systemClock(),
): Promise<Gates> {
  const file = join(folder, 'edge-seen.json');
  const before = await lastSeen(file);
  const isClockBack = before !== null && clock.wallMs() < before - BACK_MS;
  if (isClockBack) log.error('the clock was set back: permits that were kept count as over');
  const ending = new AbortController();
  const points = new Map<string, EdgePoint>();
  for (const one of config.points) {
    const { url, timeoutMs } = config;
    const closing = ending.signal;
    const options = { url, timeoutMs, folder, clock, log, closing, isClockBack };
    points.set(one.point, await EdgePoint.open(one, options));
  }
  let offset = clock.wallMs() - clock.bootMs();
  const note = () => {
    const next = clock.wallMs() - clock.bootMs();
    if (next < offset - BACK_MS) {
      log.error('the clock is set back: permits follow the clock of this start of the machine');
      for (const point of points.values()) point.report('clock-back');
    }
    offset = next;
    return writeFileAtomic(file, JSON.stringify({ wall: clock.wallMs() }), { mode: 0o600 }).catch(
      (err: unknown) => log.error({ err }, 'the time could not be written down'),
    );
  };
  await note();
  const timer = setInterval(() => void note(), SEEN_MS).unref();
  let server: GateServer | null = null;
  const close = async () => {
    clearInterval(timer);
    await server?.close();
    ending.abort();
    await Promise.all([...points.values()].map((point) => point.close()));
  };
  try {
    server = await serveGates(config.listen, points, log);
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ port: server.port, points: [...points.keys()] }, 'the gateway listens for points');
  return {
    port: server.port,
    get status() {
      return [...points.values()].map((point) => point.status);
    },
    close,
  };
}

async function lastSeen(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return seen.parse(JSON.parse(text)).wall;
  } catch {
    return null;
  }
}
