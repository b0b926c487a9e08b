import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Plant } from '../plant/plant.ts';
import type { AlarmTarget } from './alarm-targets.ts';
import type { Call } from './plant-users.ts';

const root = resolve(import.meta.dirname, '../..');
/** As a service manager does. */
const RESTART_MS = 1_000;

/**
 * Starts a program of the project that says over its channel when it is ready.
 *
 * @throws Error where it ends before that.
 */
export async function startChild(
  entry: string,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const child = fork(entry, [], {
    cwd: root,
    execArgv: [],
    env: { PATH: process.env.PATH ?? '', ANSHI_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code, signal) => reject(new Error(`${entry} ended: ${signal ?? code}`)));
  });
  return child;
}

export async function endChild(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** A device that is entered in the register, with its credential. */
export interface EnteredDevice {
  readonly target: AlarmTarget;
  readonly secret: string;
  readonly key: string;
}

/** Enters a beacon in the area of the robot cell, and makes its credential. */
export async function enterDevice(
  target: AlarmTarget,
  maintainer: Call,
  admin: Call,
): Promise<EnteredDevice> {
  const { name } = target;
  const names = { zh: name, en: name };
  const device = { device: name, kind: 'beacon', name: names, areaId: 'robot-cell' };
  await maintainer('POST', '/site-devices', device);
  const made = await admin<{ secret: string; busKey: string }>('POST', '/devices', {
    kind: 'actuator',
    name,
  });
  return { target, secret: made.secret, key: made.busKey };
}

/** A gateway of these devices in a process of its own, which is started again where it dies. */
export class BenchGateway {
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #ended = false;

  private constructor(env: Record<string, string>) {
    this.#env = env;
  }

  /** @param folder for its configuration and its journals. */
  static async start(
    plant: Plant,
    folder: string,
    devices: readonly EnteredDevice[],
  ): Promise<BenchGateway> {
    const config = join(folder, 'gateway.yaml');
    const listed = devices.map(({ target, secret, key }) => ({
      device: target.name,
      secret,
      key,
      driver: target.driver,
    }));
    writeFileSync(config, stringify({ version: 1, devices: listed }));
    const gateway = new BenchGateway({
      ANSHI_MQTT_URL: plant.busUrl('gateway', 'gateway-1'),
      ANSHI_GATEWAY_CONFIG: config,
      ANSHI_GATEWAY_DIR: join(folder, 'gateway'),
    });
    await gateway.#start();
    return gateway;
  }

  /** The id of its process, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Kills it; resolves when it has exited. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async end(): Promise<void> {
    this.#ended = true;
    await endChild(this.#child);
  }

  async #start(): Promise<void> {
    const child = await startChild('gateway/src/main.ts', this.#env);
    this.#child = child;
    child.once('exit', () => {
      this.#child = undefined;
      void this.#again();
    });
  }

  async #again(): Promise<void> {
    while (!this.#ended && !this.#child) {
      await sleep(RESTART_MS);
      if (!this.#ended) await this.#start().catch(() => {});
    }
    // Ended while it started.
    if (this.#ended) await endChild(this.#child);
  }
}
