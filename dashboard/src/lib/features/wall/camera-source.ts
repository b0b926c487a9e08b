import type { CameraHealth } from '$lib/api/types.ts';

/** Silence of the observations after which the camera counts as silent, ms; at least three intervals of the analysis. */
const SILENT_MS = 2_500;

/**
 * Detects whether a camera is sending, from the health and the observations that the page receives anyway. The health
 * reports a standstill after 8 s; observations, one for each analysed frame, stop at once.
 */
export class CameraSource {
  #observedAt: number | null = null;

  /** @param now of the API, ms since the epoch. */
  observed(now: number): void {
    this.#observedAt = now;
  }

  /** Resets after a lost connection, whose silence is not that of the camera. */
  restart(): void {
    this.#observedAt = null;
  }

  /**
   * @param health the latest known health.
   * @param now of the API, ms since the epoch.
   * @returns true if nothing is known, too.
   */
  sends(
    health: Pick<CameraHealth, 'state' | 'analysedFps' | 'lastFrameAt'> | null | undefined,
    now: number,
  ): boolean {
    if (!health) return true;
    if (health.state !== 'live') return false;
    if (this.#observedAt === null) return true;
    const silentAt = this.#observedAt + Math.max(SILENT_MS, 3_000 / (health.analysedFps || 1));
    // The analysis may stand while pictures come.
    return now <= silentAt || Date.parse(health.lastFrameAt ?? '') > silentAt;
  }
}
