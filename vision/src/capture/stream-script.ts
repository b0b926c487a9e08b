export interface StreamScriptOptions {
  /** rtsp://; may hold a password. */
  readonly url: string;
  readonly transport: 'tcp' | 'udp';
  /** ffmpeg exits after this long without data. */
  readonly stallSeconds: number;
  /** How long ffmpeg looks at the stream before the first packet leaves; left out, 1 s. */
  readonly analyzeSeconds?: number;
  /** Frames from which ffmpeg tells the frame rate; left out, its default of 20, which takes 1.7 s at 12 fps. */
  readonly rateFrames?: number;
}

/** ffmpeg's own limit is five seconds, in which a camera that comes back would not be watched. */
const ANALYZE_SECONDS = 1;
const micros = (seconds: number): string => String(Math.round(seconds * 1e6));

/** Arguments of ffmpeg before its input, to read {@link streamScript} from its standard input. */
export const streamScriptOptions = ({
  analyzeSeconds = ANALYZE_SECONDS,
  rateFrames,
}: Pick<StreamScriptOptions, 'analyzeSeconds' | 'rateFrames'> = {}): string[] => [
  '-protocol_whitelist',
  'pipe,fd,rtsp,rtp,tcp,udp',
  '-fflags',
  'nobuffer',
  '-analyzeduration',
  micros(analyzeSeconds),
  ...(rateFrames === undefined ? [] : ['-fpsprobesize', String(rateFrames)]),
  '-f',
  'concat',
  '-safe',
  '0',
];

/**
 * What ffmpeg opens, as a script for its concat demuxer with one entry. It is given by standard
 * input, because the arguments of a process can be read by every user of the machine, and a camera's
 * address holds its password.
 */
export function streamScript(options: StreamScriptOptions): string {
  const { url, transport, stallSeconds, analyzeSeconds = ANALYZE_SECONDS, rateFrames } = options;
  return [
    'ffconcat version 1.0',
    `file '${url.replaceAll("'", "'\\''")}'`,
    `option rtsp_transport ${transport}`,
    // ffmpeg gives up after two reads that time out.
    `option timeout ${Math.round((stallSeconds / 2) * 1e6)}`,
    'option fflags nobuffer',
    `option analyzeduration ${micros(analyzeSeconds)}`,
    ...(rateFrames === undefined ? [] : [`option fpsprobesize ${rateFrames}`]),
    '',
  ].join('\n');
}
