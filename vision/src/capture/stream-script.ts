export interface StreamScriptOptions {
  /** rtsp://; may hold a password. */
  readonly url: string;
  readonly transport: 'tcp' | 'udp';
  /** ffmpeg exits after this long without data. */
  readonly stallSeconds: number;
}

/** Arguments of ffmpeg before its input, to read {@link streamScript} from its standard input. */
export const STREAM_SCRIPT_OPTIONS = [
  '-protocol_whitelist',
  'pipe,fd,rtsp,rtp,tcp,udp',
  '-fflags',
  'nobuffer',
  '-analyzeduration',
  '1000000',
  '-f',
  'concat',
  '-safe',
  '0',
] as const;

/**
 * What ffmpeg opens, as a script for its concat demuxer with one entry. It is given by standard
 * input, because the arguments of a process can be read by every user of the machine, and a camera's
 * address holds its password.
 */
export function streamScript({ url, transport, stallSeconds }: StreamScriptOptions): string {
  return [
    'ffconcat version 1.0',
    `file '${url.replaceAll("'", "'\\''")}'`,
    `option rtsp_transport ${transport}`,
    // ffmpeg gives up after two reads that time out.
    `option timeout ${Math.round((stallSeconds / 2) * 1e6)}`,
    'option fflags nobuffer',
    // Five seconds by default, in which a camera that comes back would not be watched.
    'option analyzeduration 1000000',
    '',
  ].join('\n');
}
