import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { WorkerStatus } from '@anshi/contracts';
import type { StillBlur } from '../blur/still-blur.ts';
import { HealthUpload, type HealthUploadOptions } from '../publish/health-upload.ts';
import { OutageStillUpload } from '../publish/outage-still-upload.ts';
import { type CameraLook, HealthMinutes } from './minutes.ts';
import { OutageStills, type SeenCamera } from './outage-stills.ts';

export interface HealthReportOptions extends Omit<HealthUploadOptions, 'minutes'> {
  readonly blur: Pick<StillBlur, 'make'>;
}

/** The minutes of a worker, and stills of outages: looked at with each tick, and given to the API. */
export class HealthReport {
  readonly #minutes = new HealthMinutes();
  /** Of the time since the last tick. */
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #upload: HealthUpload;
  readonly #stills: OutageStills;
  readonly #stillUpload: OutageStillUpload;

  constructor({ blur, ...options }: HealthReportOptions) {
    this.#upload = new HealthUpload({ ...options, minutes: this.#minutes });
    this.#stills = new OutageStills({
      worker: options.worker,
      blur,
      onAdded: () => this.#stillUpload.poke(),
    });
    this.#stillUpload = new OutageStillUpload({ ...options, stills: this.#stills });
    this.#delay.enable();
  }

  tick(
    cameras: readonly (CameraLook & SeenCamera)[],
    { problem, recording, outbox }: Pick<WorkerStatus, 'problem' | 'recording' | 'outbox'>,
  ): void {
    const lagMs = this.#delay.max / 1e6;
    this.#delay.reset();
    const worker = { lagMs, waiting: outbox?.waiting ?? 0, recording, problem };
    this.#minutes.look(Date.now(), worker, cameras);
    this.#upload.poke();
    this.#stills.look(cameras);
    this.#stillUpload.poke();
  }

  async close(): Promise<void> {
    this.#delay.disable();
    await Promise.all([this.#upload.close(), this.#stillUpload.close()]);
  }
}
