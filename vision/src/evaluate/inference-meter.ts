import type { InferenceGate } from '../detect/model-session.ts';

/** What one `session.run` took, milliseconds. */
export interface InferenceTime {
  /** By the clock: more where other processes want the cores. */
  readonly wall: number;
  /** By the processor; this process must do nothing else meanwhile. */
  readonly cpu: number;
}

/** Measures each inference of a runner, in their order. */
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

  /** @returns what was measured since the last call. */
  take(): InferenceTime[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }
}
