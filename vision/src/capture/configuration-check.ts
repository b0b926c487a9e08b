import {
  type CameraConfig,
  type CamerasFile,
  type CamerasFinding,
  checkCameras,
  fieldOf,
  type SiteConfig,
  type WorkerCameras,
  type WorkerConfiguration,
} from '@anshi/contracts';

/** What a worker makes of a configuration. */
export interface CheckedCameras {
  /** What it watches. */
  file: CamerasFile;
  /** The same as it is kept: each camera with the version that is good. */
  good: WorkerCameras['cameras'];
  refused: WorkerConfiguration['refused'];
}

/**
 * Checks each camera by itself. One that cannot be used keeps its last good configuration, and holds up
 * no other; one that never had a good one is not watched.
 *
 * @param before the last good ones.
 */
export function checkConfiguration(
  given: Pick<WorkerCameras, 'sites' | 'cameras'>,
  before: readonly WorkerCameras['cameras'][number][],
  isKnownModel: (model: string) => boolean,
): CheckedCameras {
  const check = (config: unknown) =>
    checkCameras({ version: 1, sites: given.sites, cameras: [config] }, isKnownModel);
  const cameras: CameraConfig[] = [];
  const good: WorkerCameras['cameras'] = [];
  const refused: WorkerConfiguration['refused'] = [];
  for (const camera of given.cameras) {
    const checked = checkOne(camera, check);
    if ('config' in checked) {
      cameras.push(checked.config);
      good.push(camera);
      continue;
    }
    refused.push({ camera: camera.id, version: camera.version, reason: checked.reason });
    const last = before.find(({ id }) => id === camera.id);
    const lastGood = last && checkOne(last, check);
    if (!last || !lastGood || !('config' in lastGood)) continue;
    cameras.push(lastGood.config);
    good.push(last);
  }
  // Checked with each camera; without one, nobody looks at them.
  const sites = given.sites as SiteConfig[];
  return { file: { version: 1, sites, cameras }, good, refused };
}

function checkOne(
  { id, config }: WorkerCameras['cameras'][number],
  check: (config: unknown) => ReturnType<typeof checkCameras>,
): { config: CameraConfig } | { reason: string } {
  const checked = check(config);
  if ('findings' in checked) return { reason: checked.findings.map(said).join('; ') };
  const [camera] = checked.file.cameras;
  if (camera?.id !== id) return { reason: `it is the configuration of "${camera?.id}"` };
  return { config: camera };
}

/** Without the way to the camera, which is the only one. */
function said({ path, message }: CamerasFinding): string {
  const [root, , ...rest] = path;
  const field = fieldOf(root === 'cameras' ? rest : path);
  return field === '' ? message : `${field}: ${message}`;
}
