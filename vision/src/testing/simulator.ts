import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.ts';

/** The simulator's RTSP server in a process of its own, with its fault controls. */
export interface TestSimulator {
  url(mount: string, credentials?: string): string;
  mount(name: string, body: Record<string, unknown>): Promise<void>;
  unmount(name: string): Promise<void>;
  fault(name: string, fault: 'drop' | 'freeze' | 'thaw'): Promise<void>;
  /** The timestamps of the stream jump by this much; its pictures go on. */
  shift(name: string, seconds: number): Promise<void>;
  readonly rtspPort: number;
  close(): Promise<void>;
}

export async function startSimulator(): Promise<TestSimulator> {
  const clips = await mkdtemp(join(tmpdir(), 'anshi-no-clips-'));
  const child = await startChild('simulator/src/main.ts', { ANSHI_SIM_CLIPS: clips });
  const control = String(child.details.controlUrl);
  const rtspPort = Number(child.details.rtspPort);
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${control}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  };
  return {
    rtspPort,
    url: (mount, credentials) =>
      `rtsp://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${rtspPort}/${mount}`,
    mount: (name, body) => ask('PUT', `/mounts/${name}`, body),
    unmount: (name) => ask('DELETE', `/mounts/${name}`),
    fault: (name, fault) => ask('POST', `/mounts/${name}/${fault}`),
    shift: (name, seconds) => ask('POST', `/mounts/${name}/shift`, { seconds }),
    close: async () => {
      await child.end();
    },
  };
}
