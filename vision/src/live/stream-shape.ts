import { beginsKeyFrame } from './key-frames.ts';

const RTP_HEADER = 12;
const TICKS_PER_S = 90_000;
/** The longest of so many intervals is told: one that is cut short by a scene change says little. */
const INTERVALS = 5;
/** So many pictures of a run are looked at before it counts as one without B-frames. */
const ENOUGH_PICTURES = 50;
/** A picture that was once in the wrong order is a fault of the network. */
const LEAST_REORDERED = 3;

/** What is measured of the stream of a camera, and matters to its viewers. */
export interface MeasuredStream {
  /** Time between key frames, the longest of the last ones, s; null until it is known. */
  readonly keyFrameSeconds: number | null;
  /** Whether pictures come in another order than they are shown, as with B-frames; null until it is known. */
  readonly bFrames: boolean | null;
}

/** Measures key-frame interval and order of pictures from the packets that a camera sends; nothing is decoded. */
export class StreamShape {
  #intervals: number[] = [];
  /**
   * RTP timestamps, 90 kHz. The first picture of a run is sent with time 0, whatever its own is (`RtpTimeline`): times are
   * counted from the second one.
   */
  #first: number | null = null;
  #second: number | null = null;
  #key: number | null = null;
  #newest: number | null = null;
  #last: number | null = null;
  #pictures = 0;
  #reordered = 0;

  /** Another run of ffmpeg: nothing of the one before says anything of it. */
  restart(): void {
    this.#intervals = [];
    this.#first = this.#second = this.#key = this.#newest = this.#last = null;
    this.#pictures = this.#reordered = 0;
  }

  /**
   * Takes each packet, as ffmpeg sends it.
   *
   * @param codec as ffmpeg calls it; of others than h264 and hevc key frames are not known.
   */
  take(packet: Buffer, codec: string | null): void {
    const timestamp = packet.readUInt32BE(4);
    this.#first ??= timestamp;
    if (timestamp === this.#first) return;
    this.#second ??= timestamp;
    if (timestamp !== this.#last) {
      this.#last = timestamp;
      this.#pictures++;
      // Timestamps wrap: what is more than half of their range ahead is behind.
      const ahead = this.#newest === null ? 1 : (timestamp - this.#newest) | 0;
      if (ahead < 0) this.#reordered++;
      else this.#newest = timestamp;
    }
    if (timestamp === this.#key || !beginsKeyFrame(packet.subarray(RTP_HEADER), codec)) return;
    if (this.#key !== null) {
      const seconds = ((timestamp - this.#key) | 0) / TICKS_PER_S;
      if (seconds > 0) this.#intervals = [...this.#intervals, seconds].slice(-INTERVALS);
    }
    this.#key = timestamp;
  }

  read(): MeasuredStream {
    // A key frame that is still to come makes the interval at least as long as it is awaited.
    const since = this.#key ?? this.#second;
    const open =
      since === null || this.#newest === null ? 0 : ((this.#newest - since) | 0) / TICKS_PER_S;
    const longest = Math.max(0, ...this.#intervals);
    const isKnown = this.#intervals.length > 0 || open > 2;
    const isReordered = this.#reordered >= LEAST_REORDERED;
    return {
      keyFrameSeconds: isKnown ? Math.round(10 * Math.max(longest, open)) / 10 : null,
      bFrames: isReordered ? true : this.#pictures >= ENOUGH_PICTURES ? false : null,
    };
  }
}
