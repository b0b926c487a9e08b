/**
 * A number that grows with each frame of a live video.
 *
 * The time of the element is none: Chromium lets it run on while no frame comes. It is taken where a browser counts no
 * frames of a stream, so that such a picture is not taken for one that stands.
 */
export function frameCount(
  video: Pick<HTMLVideoElement, 'currentTime'> &
    Partial<Pick<HTMLVideoElement, 'getVideoPlaybackQuality'>>,
): number {
  const frames = video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
  return frames > 0 ? frames : video.currentTime;
}
