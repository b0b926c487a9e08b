import type { ViolationClipReady } from '@anshi/contracts';

/** The columns of a delivered clip, of a violation or of its scene. */
export const clipColumns = (clip: NonNullable<ViolationClipReady['data']['clip']>) => ({
  clipSha256: clip.video.sha256,
  clipBoxesSha256: clip.boxes?.sha256 ?? null,
  clipFrom: new Date(clip.from),
  clipTo: new Date(clip.to),
  clipDurationSeconds: clip.durationSeconds,
  clipPartial: clip.partial,
});
