/** One coded picture (or one packet of sound) as it is sent: all its parts share one RTP timestamp. */
export interface AccessUnit {
  /** Seconds from the start of the clip at which it is to be shown. */
  pts: number;
  /** Seconds at which it is sent; below zero where the first pictures are reordered. */
  dts: number;
  /** A decoder can begin here. */
  key: boolean;
  /** NAL units without start codes; for sound, the one payload. */
  parts: Buffer[];
}

export type VideoCodec = 'H264' | 'H265';
export type Codec = VideoCodec | 'PCMA';

/** What a describing client must know of a stream. */
export interface StreamFormat {
  codec: Codec;
  /** Ticks of the RTP timestamp in a second. */
  clockRate: number;
  /** SPS and PPS, for H265 the VPS first; empty for sound. */
  parameterSets: Buffer[];
}

/** A clip held in memory, units in sending order; the first one is a key unit. */
export interface Clip {
  format: StreamFormat;
  units: AccessUnit[];
  /** Seconds from the first shown picture to the end of the last. */
  duration: number;
  width: number;
  height: number;
  framesPerSecond: number;
  /** True where the file's own stream could not be sent as it is. */
  transcoded: boolean;
}
