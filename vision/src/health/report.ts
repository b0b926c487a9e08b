import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { WorkerStatus } from '@anshi/contracts';
import { HealthUpload, type HealthUploadOptions } from '../publish/health-upload.ts';
import { type CameraLook, HealthMinutes } from './minutes.ts';

/** The minutes of a worker: looked at with each tick, and given to the API. */
export class HealthReport {
  readonly #minutes = new HealthMinutes();
  /** Of the time since the last tick. */
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #upload: HealthUpload;

  constructor(options: Omit<HealthUploadOptions, 'minutes'>) {
    this.#upload = new HealthUpload({ ...options, minutes: this.#minutes });
    this.#delay.enable();
  }

  tick(
    cameras: readonly CameraLook[],
    { problem, recording, outbox }: Pick<WorkerStatus, 'problem' | 'recording' | 'outbox'>,
  ): void {
    const lagMs = this.#delay.max / 1e6;
    this.#delay.reset();
    const worker = { lagMs, waiting: outbox?.waiting ?? 0, recording, problem };
    this.#minutes.look(Date.now(), worker, cameras);
    this.#upload.poke();
  }

  async close(): Promise<void> {
    this.#delay.disable();
    await this.#upload.close();
  }
}
