import { type CameraConfig, type ClipRequest, clipRequest } from '@anshi/contracts';
import { CLOCK_TOLERANCE_MS } from '@anshi/contracts/live-grant';
import { LiveRefusal } from '../live/live-engine.ts';
import type { ClipQueue } from './clip-queue.ts';
import { LONGEST_EVIDENCE_SECONDS } from './disk-budget.ts';
import type { Ring } from './ring.ts';

/** The segment of the last seconds is finished within this, ms. */
const SEGMENT_COMES_MS = 15_000;

export interface ClipRequestsOptions {
  readonly queue: Pick<ClipQueue, 'ask'>;
  readonly configOf: (camera: string) => CameraConfig | undefined;
  readonly ringOf: (camera: string) => Pick<Ring, 'cover' | 'end'> | undefined;
  /** Ms since the epoch; for tests. */
  readonly now?: () => number;
}

/**
 * Clips that the API asks for by a grant: of a violation that it found itself, at a place that a camera of this
 * worker sees. Everything after the order (margins, cut, boxes, upload, blurred rendition) is that of other clips.
 */
export class ClipRequests {
  readonly #options: ClipRequestsOptions;

  constructor(options: ClipRequestsOptions) {
    this.#options = options;
  }

  /**
   * Settles when the order is durable; one that is known already stays as it is.
   *
   * @throws LiveRefusal 404 unknown camera, 409 camera of another site or switched off, 410 the time is not in the
   *   ring any more, 422 no request for a clip.
   */
  async take(camera: string, body: string): Promise<void> {
    const { queue, configOf } = this.#options;
    const config = configOf(camera);
    if (!config) throw new LiveRefusal(404, `this worker has no camera "${camera}"`);
    const request = requestOf(body);
    if (config.site !== request.site) {
      throw new LiveRefusal(409, `the camera "${camera}" is not of the site "${request.site}"`);
    }
    if (!config.enabled) throw new LiveRefusal(409, `the camera "${camera}" is switched off`);
    const [startedAt, confirmedAt] = [Date.parse(request.from), Date.parse(request.to)];
    this.#requireTime(camera, startedAt, confirmedAt);
    const outline = config.zones.find(({ id }) => id === request.zone)?.polygon;
    await queue.ask({
      violation: request.violation,
      camera,
      tracks: [],
      startedAt,
      confirmedAt,
      ...(outline && { outline }),
    });
  }

  /** Only what the ring holds of the act itself, or will hold in a moment, is cut. */
  #requireTime(camera: string, from: number, to: number): void {
    const now = this.#options.now?.() ?? Date.now();
    if (from > to || to > now + CLOCK_TOLERANCE_MS) {
      throw new LiveRefusal(422, 'the time has to lie in the past, its beginning before its end');
    }
    const ring = this.#options.ringOf(camera);
    const began = Math.max(from, to - 1000 * LONGEST_EVIDENCE_SECONDS);
    const isComing = ring !== undefined && ring.end < to && now - to < SEGMENT_COMES_MS;
    if (isComing || ring?.cover(began, Math.max(to, began + 1))) return;
    throw new LiveRefusal(410, 'the recording buffer holds no video of that time');
  }
}

/** @throws LiveRefusal 422 */
function requestOf(body: string): ClipRequest {
  try {
    return clipRequest.parse(JSON.parse(body));
  } catch {
    throw new LiveRefusal(422, 'this is no request for a clip');
  }
}
