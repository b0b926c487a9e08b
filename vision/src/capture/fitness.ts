import type { CameraConfig } from '@anshi/contracts';
import type { CameraFault } from './faults.ts';
import type { InputVideo } from './stderr-lines.ts';

/** Codecs that the segments of the ring (MPEG-TS) can hold. */
const CODECS = ['h264', 'hevc', 'mpeg4', 'mpeg2video'];
/** Largest difference of the aspect ratio; beyond it, zones and lines would be misplaced. */
const ASPECT_TOLERANCE = 0.02;

/** @returns why this video cannot be used for this camera, or null. */
export function unfitVideo(
  video: InputVideo,
  camera: Pick<CameraConfig, 'picture'>,
): CameraFault | null {
  if (!CODECS.includes(video.codec)) {
    return {
      code: 'unsupported-codec',
      message: `the camera sends ${video.codec}; set it to H.264 (H.265 works without live view)`,
    };
  }
  const [width, height] = camera.picture;
  const ratio = video.width / video.height / (width / height);
  if (Math.abs(ratio - 1) > ASPECT_TOLERANCE) {
    return {
      code: 'wrong-picture-size',
      message: `the camera sends ${video.width}x${video.height}, its zones are drawn on ${width}x${height}, which has another shape; correct "picture" and the coordinates in cameras.yaml, or the camera's resolution`,
    };
  }
  return null;
}
