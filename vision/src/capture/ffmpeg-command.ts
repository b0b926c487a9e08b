import { devNull } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type FfmpegCommand, ffmpegCommand } from './ffmpeg.ts';
import type { FfmpegTool } from './ffmpeg-tool.ts';
import type { CameraSource } from './source.ts';
import { streamScript, streamScriptOptions } from './stream-script.ts';

/** The widest picture that is analysed; ffmpeg scales wider ones down. */
export const MAX_ANALYSIS_WIDTH = 1920;
export const SEGMENT_LIST = 'segments.csv';
/** From so few frames the rate is told well enough, and a camera with 12 fps is shown .8 s sooner. */
const RATE_FRAMES = 5;
/** RTP payload type of the loopback stream; any of the dynamic range. */
export const LOOPBACK_PAYLOAD_TYPE = 96;

/** What ffmpeg reads of a camera. */
export interface StreamInput {
  readonly source: CameraSource;
  /** What is opened in the place of the source's address; left out, that itself. */
  readonly relayUrl?: string;
  readonly transport: 'tcp' | 'udp';
  /** Known for a file before it is opened; null for a camera. */
  readonly fileCodec: string | null;
  /** How long ffmpeg looks at the stream before the first packet leaves; left out, 1 s. */
  readonly analyzeSeconds?: number;
  /** Frames from which ffmpeg tells the frame rate. */
  readonly rateFrames?: number;
  /** ffmpeg exits by itself after this long without data, also if this process is gone. */
  readonly stallSeconds: number;
}

export interface CommandOptions extends StreamInput {
  readonly analysisFps: number;
  readonly ffmpeg: FfmpegTool;
  /** Path of the socket on which ffmpeg serves the raw pictures. */
  readonly picturesAt: string;
  /** Folder of the segments and the prefix of their names; null to store none. */
  readonly ring: { readonly folder: string; readonly prefix: string } | null;
  /** Loopback UDP port that receives the RTP of the live view. */
  readonly livePort: number;
}

/**
 * One ffmpeg for one camera over one connection, with three outputs: the pictures to analyse on a
 * socket, the evidence ring on disk and RTP for the live view, the last two without re-encoding.
 * Level info is needed: showinfo's lines carry the true timestamp of each picture.
 */
export function captureCommand(options: CommandOptions): FfmpegCommand {
  const { ring } = options;
  const command = ffmpegCommand({ stdoutLines: 1 });
  streamInput(command, { ...options, rateFrames: RATE_FRAMES });
  command
    .output(`unix:${options.picturesAt}`)
    .outputOptions('-map', '0:v:0', '-filter:v', analysisFilter(options.analysisFps))
    .outputOptions(...(options.ffmpeg.major >= 6 ? ['-fps_mode'] : ['-vsync']), 'passthrough')
    .outputOptions('-f', 'rawvideo')
    // Exits if no client connects within this time, in milliseconds.
    .outputOptions('-listen', '1', '-timeout', '5000');
  if (ring) {
    command
      .output(join(ring.folder, `${ring.prefix}%06d.ts`))
      .outputOptions('-map', '0:v:0', '-c:v', 'copy', '-f', 'segment', '-segment_time', '1')
      .outputOptions('-segment_format', 'mpegts', '-segment_list_type', 'csv')
      .outputOptions('-segment_list', join(ring.folder, SEGMENT_LIST), '-segment_list_size', '8');
  }
  const port = options.livePort;
  command
    .output(`rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`)
    .outputOptions('-map', '0:v:0', '-c:v', 'copy', '-bsf:v', liveFilter(options.fileCodec))
    .outputOptions('-f', 'rtp', '-payload_type', String(LOOPBACK_PAYLOAD_TYPE));
  return command;
}

/** The camera as the input of a command that sends RTP. */
export function streamInput(command: FfmpegCommand, options: StreamInput): void {
  const isFile = options.source.kind === 'file';
  command
    .input(isFile ? options.source.input : Readable.from([scriptOf(options)]))
    .inputOptions('-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info')
    // Without this, ffmpeg prints the description of its RTP output between the pictures.
    .inputOptions('-sdp_file', devNull)
    // More decoding threads add a frame of delay each and gain nothing with many cameras.
    .inputOptions('-threads', '1')
    .inputOptions(...(isFile ? ['-re', '-stream_loop', '-1'] : streamScriptOptions(options)));
}

function scriptOf({ source, relayUrl, transport, ...others }: StreamInput): string {
  const { stallSeconds, analyzeSeconds, rateFrames } = others;
  const limits = {
    stallSeconds,
    ...(analyzeSeconds !== undefined && { analyzeSeconds }),
    ...(rateFrames !== undefined && { rateFrames }),
  };
  // What comes over a relay has no other way than its one connection.
  if (relayUrl !== undefined) return streamScript({ url: relayUrl, transport: 'tcp', ...limits });
  return streamScript({ url: source.input, transport, ...limits });
}

/**
 * Keeps the first picture of each interval of 1/fps by its true timestamp, so that the mean rate is
 * right for any camera rate; scales pictures that are too wide; converts to the layout of `Frame`.
 */
export function analysisFilter(fps: number): string {
  return [
    `select='isnan(prev_selected_t)+not(eq(floor(t*${fps}),floor(prev_selected_t*${fps})))'`,
    `scale='min(${MAX_ANALYSIS_WIDTH},iw)':-2`,
    'format=yuv420p',
    'showinfo=checksum=0',
  ].join(',');
}

/**
 * The first packet at time 0: the RTP timestamps of a run begin at a random number, which is that of
 * the first packet then. `RtpTimeline` needs it to say which packets are of which analysed picture.
 */
const FIRST_AT_ZERO = "setts=pts='if(eq(N,0),0,PTS)':dts='if(eq(N,0),min(DTS,0),DTS)'";

/** Puts the parameter sets before each key frame, so that a viewer can start at any of them. */
export function liveFilter(fileCodec: string | null): string {
  const repeat = `dump_extra=freq=keyframe,${FIRST_AT_ZERO}`;
  // MP4 and Matroska keep NAL units with lengths; RTP wants them with start codes.
  if (fileCodec === 'h264' || fileCodec === 'hevc') return `${fileCodec}_mp4toannexb,${repeat}`;
  return repeat;
}
