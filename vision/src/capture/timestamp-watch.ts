/**
 * Less is no jump, ms. Ahead, a burst after the network stood still looks like one. Back, ffmpeg itself
 * moves the times of a camera with sound by seconds once it knows how both belong together; the
 * recording catches up with that by itself.
 */
const LEAST_JUMP_MS = 10_000;

/**
 * Finds where the timestamps of a stream jump, as those of a camera do whose clock is set. The pictures
 * could be dated again, but not the recording: after a jump back, ffmpeg gives all packets nearly the same
 * time until the old one is reached again, and ends no segment until then; after a jump ahead, one
 * segment seems to last as long as the jump.
 */
export class TimestampWatch {
  #last: { readonly pts: number; readonly arrival: number } | undefined;

  /**
   * @param pts the timestamp of a picture, ms.
   * @param arrival when it came by a monotonic clock, ms.
   * @returns by how many ms the stream jumped at this picture, less than 0 for back; 0 where it did not.
   */
  jump(pts: number, arrival: number): number {
    const last = this.#last;
    this.#last = { pts, arrival };
    if (!last) return 0;
    const moved = pts - last.pts;
    const ahead = moved - (arrival - last.arrival);
    return moved < -LEAST_JUMP_MS || ahead > LEAST_JUMP_MS ? ahead : 0;
  }
}
