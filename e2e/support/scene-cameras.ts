import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, stringify } from 'yaml';

const file = resolve(import.meta.dirname, '../../cameras.yaml');

/**
 * The demonstration's cameras file with `copies` of each camera, so that violations are frequent.
 * The copies are named `<id>`, `<id>-2` …, each with the mount of its own name.
 */
export function sceneCameras(copies: number): { yaml: string; cameras: SceneCamera[] } {
  const content = parse(readFileSync(file, 'utf8')) as { cameras: Record<string, unknown>[] };
  const cameras: SceneCamera[] = [];
  const repeated = content.cameras.flatMap((camera) =>
    Array.from({ length: copies }, (_, i) => {
      const clip = String(camera.id);
      const id = i === 0 ? clip : `${clip}-${i + 1}`;
      cameras.push({ id, clip });
      return { ...camera, id, url: `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/${id}` };
    }),
  );
  return { yaml: stringify({ ...content, cameras: repeated }), cameras };
}

export interface SceneCamera {
  id: string;
  /** The rendered clip of the camera, simulator/clips/<clip>.mp4 */
  clip: string;
}
