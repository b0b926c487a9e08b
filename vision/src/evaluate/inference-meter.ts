import type { InferenceGate } from '../detect/model-session.ts';

/** Duration of one `session.run`, milliseconds. */
export interface InferenceTime {
  /** Wall-clock time: longer where other processes compete for the cores. */
  readonly wall: number;
  /** CPU time; this process must do nothing else at the same time. */
  readonly cpu: number;
}

/** Measures each inference of a runner, in order. */
export class InferenceMeter {
  #times: InferenceTime[] = [];

  /** For `ModelRunner.load`. */
  readonly gate: InferenceGate = async (work) => {
    const start = performance.now();
    const before = process.cpuUsage();
    try {
      return await work();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.#times.push({ wall: performance.now() - start, cpu: (user + system) / 1000 });
    }
  };

  /** @returns the measurements since the last call. */
  take(): InferenceTime[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }
}
