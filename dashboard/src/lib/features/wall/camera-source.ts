import type { CameraHealth } from '$lib/api/types.ts';

/** Without an observation for this long the analysis gets no picture, ms; a slow analysis gets three of its intervals. */
const SILENT_MS = 2_500;

/**
 * Whether a camera sends pictures to its worker, from what the page receives anyway. Its health tells of a standstill
 * after 8 s; observations, one with each analysed frame, end at once.
 */
export class CameraSource {
  #observedAt: number | null = null;

  /** @param now of the API, ms since the epoch. */
  observed(now: number): void {
    this.#observedAt = now;
  }

  /** The connection for observations was lost: their end says nothing. */
  restart(): void {
    this.#observedAt = null;
  }

  /**
   * @param health the last that is known.
   * @param now of the API, ms since the epoch.
   * @returns true also where nothing is known.
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
