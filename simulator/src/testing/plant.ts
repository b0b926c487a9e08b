import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type SimulatorOptions, startSimulator } from '../simulator.ts';

/** A folder that is removed by `remove`. */
export async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'anshi-simulator-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A simulator on free ports, with helpers for its control API and addresses. */
export async function startTestPlant(clips: string, options: Partial<SimulatorOptions> = {}) {
  const simulator = await startSimulator({
    host: '127.0.0.1',
    rtspPort: 0,
    controlPort: 0,
    clips,
    tenant: 'demo',
    badgeSigma: 0.3,
    seed: 'test',
    log: pino({ level: 'silent' }),
    ...options,
  });
  return { ...simulator, ...remote(simulator) };
}

export interface MountStatus {
  name: string;
  codec: string;
  duration: number;
  time: number;
  frozen: boolean;
  protected: boolean;
  clients: { transport: string }[];
}

/** Helpers for a simulator that runs anywhere on this machine. */
export function remote({ rtspPort, controlUrl }: { rtspPort: number; controlUrl: string }) {
  const call = async (method: string, path: string, body?: unknown) => {
    const request = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(`${controlUrl}${path}`, request);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const mounts = async (): Promise<MountStatus[]> => (await call('GET', '/mounts')).body.items;
  return {
    call,
    mounts,
    url: (name: string, user = '') => `rtsp://${user}127.0.0.1:${rtspPort}/${name}`,
    clientsOf: async (name: string) =>
      (await mounts()).find((mount) => mount.name === name)?.clients ?? [],
  };
}
