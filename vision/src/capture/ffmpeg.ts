import fluent from 'fluent-ffmpeg';

/*
 * The only file that imports fluent-ffmpeg, which is archived upstream. It builds the arguments from
 * inputs, outputs and their options, and starts the process (FFMPEG_PATH, else ffmpeg on the PATH).
 * Its presets, filters and capability queries are not used: they do not follow newer versions of
 * ffmpeg. Biome refuses an import of it anywhere else.
 */

/** One run of ffmpeg: its arguments, and its events after `run()`. */
export type FfmpegCommand = fluent.FfmpegCommand;

/**
 * Starts a command line.
 *
 * @param options `timeout` in seconds ends a run that hangs; `stdoutLines` limits what is kept.
 */
export const ffmpegCommand = (options: fluent.FfmpegCommandOptions): FfmpegCommand =>
  fluent(options);

/**
 * Runs a command until it exits.
 *
 * @throws Error with ffmpeg's last lines.
 */
export function runToEnd(command: FfmpegCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    command.on('end', () => resolve());
    command.on('error', (error: Error, _stdout: unknown, stderr: unknown) => {
      const words = String(stderr ?? '')
        .trim()
        .split('\n')
        .slice(-3)
        .join(' | ');
      reject(new Error(words || error.message));
    });
    command.run();
  });
}

/** What ffprobe finds in a file. */
export interface ProbedFile {
  /** `h264`, `hevc` …; null where it has no video. */
  readonly videoCodec: string | null;
  /** Null where the file does not declare it. */
  readonly durationSeconds: number | null;
  /** Of its pictures, pixels; null where it has none. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Pictures a second, the mean over the file; null where it is not known. */
  readonly fps: number | null;
}

/** Of a text such as `30000/1001`; null where it is none, or 0. */
function ratio(text: string | undefined): number | null {
  const [over = 0, under = 1] = (text ?? '').split('/').map(Number);
  return over / under > 0 && Number.isFinite(over / under) ? over / under : null;
}

/** @throws Error where ffprobe cannot read the file. */
export function probe(path: string): Promise<ProbedFile> {
  return new Promise((resolve, reject) => {
    fluent.ffprobe(path, (error: Error | null, data) => {
      if (error) return reject(error);
      const video = data.streams.find((stream) => stream.codec_type === 'video');
      const seconds = Number(data.format.duration);
      const { width, height } = video ?? {};
      resolve({
        videoCodec: video?.codec_name ?? null,
        durationSeconds: seconds > 0 ? seconds : null,
        size: width && height ? { width, height } : null,
        fps: ratio(video?.avg_frame_rate),
      });
    });
  });
}
