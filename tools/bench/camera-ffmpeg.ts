import { readFileSync } from 'node:fs';
import { processesBelow } from './cpu.ts';

/** The ffmpeg that a worker started for a camera; undefined where there is none now. */
export function ffmpegOf(worker: number, camera: string): number | undefined {
  return processesBelow(worker).find(
    ({ pid, name }) => name === 'ffmpeg' && commandOf(pid).includes(`/ring/${camera}/`),
  )?.pid;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
