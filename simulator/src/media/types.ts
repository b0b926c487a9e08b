/** One coded picture (or one audio packet): all its parts share one RTP timestamp. */
export interface AccessUnit {
  /** Presentation time, seconds from the start of the clip. */
  pts: number;
  /** Sending time in seconds; negative where the first pictures are reordered. */
  dts: number;
  /** A decoder can start here. */
  key: boolean;
  /** NAL units without start codes; for audio, the one payload. */
  parts: Buffer[];
}

export type VideoCodec = 'H264' | 'H265';
export type Codec = VideoCodec | 'PCMA';

/** The description of a stream for a client. */
export interface StreamFormat {
  codec: Codec;
  /** Ticks of the RTP timestamp in a second. */
  clockRate: number;
  /** SPS and PPS, for H265 the VPS first; empty for audio. */
  parameterSets: Buffer[];
}

/** A clip held in memory, units in sending order; the first one is a key unit. */
export interface Clip {
  format: StreamFormat;
  units: AccessUnit[];
  /** Seconds from the first presented picture to the end of the last. */
  duration: number;
  width: number;
  height: number;
  framesPerSecond: number;
  /** True where the file's own stream was re-encoded. */
  transcoded: boolean;
}
