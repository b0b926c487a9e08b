import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraConfig, RuleConfig } from '@anshi/contracts';
import { DEFAULT_TIMES } from '../judge/watches.ts';

/** Assumed maximum bit rate of a camera. */
const MEGABITS_PER_SECOND = 8;
/** Reserved for violations that wait for the API: snapshots, clips, states. */
const EVIDENCE_BYTES = 500e6;
/** A clip of evidence that lasted longer shows its end, seconds: nobody watches an hour of lone work. */
export const LONGEST_EVIDENCE_SECONDS = 60;

/** Bytes that the worker may need on its disk. */
export function neededBytes(cameras: number, ringSeconds: number): number {
  return cameras * ringSeconds * ((MEGABITS_PER_SECOND * 1e6) / 8) + EVIDENCE_BYTES;
}

/**
 * Checks that the rings of all cameras and the waiting evidence fit on the disk. Existing files of
 * the folder count as free, because the ring overwrites them.
 *
 * @returns why they do not fit and the remedies, or null.
 */
export async function checkDiskBudget(
  folder: string,
  cameras: number,
  ringSeconds: number,
  usedBytes = 0,
): Promise<string | null> {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize + usedBytes;
  const needed = neededBytes(cameras, ringSeconds);
  if (needed <= free) return null;
  const [need, have] = [needed, free].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
  return `${folder} has ${have} free, but ${cameras} cameras with ${ringSeconds} s of video each and the evidence that may wait need ${need}: violations will be told without video when it is full; free space, choose another disk by ANSHI_WORKER_DIR, or lower ANSHI_RING_SECONDS`;
}

/** Bytes of all files below a folder; files removed meanwhile count as 0. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    bytes += (await stat(join(folder, name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}

/**
 * How much video is kept: long enough for what a clip shows of the slowest rule's evidence, with a third of
 * unknown time, plus the clip's margins.
 *
 * @param least minimum seconds.
 */
export function ringSeconds(cameras: readonly CameraConfig[], least: number): number {
  const confirm = cameras.flatMap((camera) =>
    camera.rules.map((rule) => Math.min(LONGEST_EVIDENCE_SECONDS, confirmOf(rule))),
  );
  return Math.max(least, ...confirm.map((seconds) => 1.5 * seconds + 20));
}

const confirmOf = ({ kind, confirmSeconds }: RuleConfig): number =>
  confirmSeconds ?? DEFAULT_TIMES[kind].confirm;
