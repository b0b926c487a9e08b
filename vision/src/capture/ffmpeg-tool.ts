import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The ffmpeg of this machine. */
export interface FfmpegTool {
  readonly version: string;
  readonly major: number;
}

/**
 * Asks ffmpeg for its version (FFMPEG_PATH, else the one on the PATH).
 *
 * @throws Error that says what to install where there is none, or one that is too old.
 */
export async function findFfmpeg(): Promise<FfmpegTool> {
  let output: string;
  try {
    output = (await run(process.env.FFMPEG_PATH || 'ffmpeg', ['-version'])).stdout;
  } catch {
    throw new Error(
      'ffmpeg is not installed or not on the PATH; install it (Debian, Ubuntu: apt-get install ffmpeg) or set FFMPEG_PATH',
    );
  }
  const version = /ffmpeg version n?(\S+)/.exec(output)?.[1] ?? 'unknown';
  const major = Number.parseInt(version, 10);
  // A build from git has no version number; it is newer than any release that is too old.
  if (Number.isNaN(major)) return { version, major: 7 };
  if (major < 5) throw new Error(`ffmpeg ${version} is too old; version 5 or newer is needed`);
  return { version, major };
}
