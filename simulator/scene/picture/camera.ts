import { MathUtils, PerspectiveCamera } from 'three';
import { toWorld } from '../floor.ts';
import type { CameraSpec, Homography } from '../types.ts';

/** The camera of a clip, ready for rendering. */
export function makeCamera(spec: CameraSpec, width: number, height: number): PerspectiveCamera {
  const camera = new PerspectiveCamera(spec.fovDeg, width / height, 0.2, 60);
  const [x, y, up] = spec.position;
  camera.position.copy(toWorld([x, y], up));
  camera.rotation.order = 'YXZ';
  camera.rotation.y = MathUtils.degToRad(spec.yawDeg - 90);
  camera.rotation.x = -MathUtils.degToRad(spec.pitchDeg);
  camera.updateMatrixWorld();
  camera.updateProjectionMatrix();
  return camera;
}

/** The exact mapping of the floor plane (x, y, 1) to picture pixels, row-major, last entry 1. */
export function floorHomography(
  camera: PerspectiveCamera,
  width: number,
  height: number,
): Homography {
  const m = camera.projectionMatrix.clone().multiply(camera.matrixWorldInverse).elements;
  // Columns of the clip matrix for floor x, floor y (= -z) and the origin.
  const row = (i: number): number[] => [m[i]!, -m[8 + i]!, m[12 + i]!];
  const clipX = row(0);
  const clipY = row(1);
  const clipW = row(3);
  const u = clipW.map((w, k) => (clipX[k]! + w) * 0.5 * width);
  const v = clipW.map((w, k) => (w - clipY[k]!) * 0.5 * height);
  const scale = clipW[2]!;
  return [...u, ...v, ...clipW].map((value) => value / scale);
}
