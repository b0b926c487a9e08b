import type { WallSegment } from '../capture/camera-capture.ts';

/** A segment on disk; wall times in milliseconds since the epoch. */
export type RingSegment = WallSegment;

/** The segments of the ring that cover a requested window. */
export interface Covering {
  /** In order of time; the first begins with a key frame. */
  readonly segments: RingSegment[];
  readonly from: number;
  readonly to: number;
  /** True where the ring lacks a part of the window, at an end or in the middle. */
  readonly partial: boolean;
}

/** Consecutive segments of one run meet within this; a wider gap is missing video. */
const GAP_MS = 1000;

/**
 * Finds the segments of a window. Every segment starts with a key frame, so the first one is the
 * last that starts at or before the window; the video then starts a little earlier than requested.
 *
 * @param segments in order of `from`.
 * @returns null where the window has no video.
 */
export function coverWindow(
  segments: readonly RingSegment[],
  from: number,
  to: number,
): Covering | null {
  const covering: RingSegment[] = [];
  for (const segment of inTheirTime(segments)) {
    if (segment.to <= from || segment.from >= to) continue;
    const last = covering.at(-1);
    // Where a dying ffmpeg overlaps with its successor, the later run is dropped.
    if (last && segment.from < last.to - GAP_MS / 2) continue;
    // One clip has one codec; a change of the camera's setting ends it.
    if (last && last.codec !== segment.codec) break;
    covering.push(segment);
  }
  const first = covering[0];
  const last = covering.at(-1);
  if (!first || !last) return null;
  const gap = covering.some((segment, i) => {
    const next = covering[i + 1];
    return next !== undefined && next.from - segment.to > GAP_MS;
  });
  return {
    segments: covering,
    from: first.from,
    to: Math.min(last.to, Math.max(to, first.from)),
    partial: gap || first.from > from || last.to < to,
  };
}

/**
 * A run's clock converges downwards in its first seconds; so an earlier segment that overlaps the
 * next one was dated too late by the overlap.
 */
function inTheirTime(segments: readonly RingSegment[]): RingSegment[] {
  const result = [...segments];
  for (let i = result.length - 2; i >= 0; i--) {
    const [segment, next] = [result[i]!, result[i + 1]!];
    const late = segment.to - next.from;
    if (late <= 0 || runOf(segment) !== runOf(next)) continue;
    result[i] = { ...segment, from: segment.from - late, to: next.from };
  }
  return result;
}

/** The run of ffmpeg that wrote a segment. */
export function runOf({ file }: RingSegment): string | undefined {
  return /-([a-z0-9]+)-\d+\.ts$/.exec(file)?.[1];
}

/**
 * Segments to delete: older than the ring, or in the future after the clock was set back; and not
 * needed by any window.
 */
export function expired(
  segments: readonly RingSegment[],
  kept: { readonly oldest: number; readonly newest: number },
  windows: readonly { from: number; to: number }[],
): RingSegment[] {
  return segments.filter(
    (segment) =>
      (segment.to < kept.oldest || segment.to > kept.newest) &&
      !windows.some((window) => segment.to > window.from && segment.from < window.to),
  );
}

/** The name holds the index, so that it survives the worker: `<from>-<to>-<codec>-<run>.ts`. */
export function nameSegment(segment: RingSegment): string {
  const run = /([a-z0-9]+-\d+)\.ts$/.exec(segment.file)?.[1] ?? 'x-0';
  return `${Math.round(segment.from)}-${Math.round(segment.to)}-${segment.codec}-${run}.ts`;
}

/** @returns null where the name does not have the format of {@link nameSegment}. */
export function readSegmentName(file: string): RingSegment | null {
  const parts = /^(\d{13})-(\d{13})-([a-z0-9]+)-[a-z0-9]+-\d+\.ts$/.exec(file);
  if (!parts) return null;
  return { file, from: Number(parts[1]), to: Number(parts[2]), codec: parts[3]! };
}
