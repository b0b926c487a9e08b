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

/** A camera as it is kept, with the sites that it was good with. */
export type GoodCamera = WorkerCameras['cameras'][number] & { sites?: unknown[] | undefined };

/** What a worker makes of a configuration. */
export interface CheckedCameras {
  /** What it watches. */
  file: CamerasFile;
  /** The same as it is kept: each camera with the version that is good. */
  good: GoodCamera[];
  refused: WorkerConfiguration['refused'];
}

/**
 * Checks each camera by itself. One that cannot be used keeps its last good configuration, and holds up
 * no other; one that never had a good one is not watched. That last one counts with its own sites: a
 * floor plan that got another name must not close the cameras which still name it by the old one.
 *
 * @param before the last good ones.
 */
export function checkConfiguration(
  given: Pick<WorkerCameras, 'sites'> & { cameras: readonly GoodCamera[] },
  before: readonly GoodCamera[],
  isKnownModel: (model: string) => boolean,
): CheckedCameras {
  const check = (camera: GoodCamera) => checkOne(camera, camera.sites ?? given.sites, isKnownModel);
  const cameras: CameraConfig[] = [];
  const good: GoodCamera[] = [];
  const refused: WorkerConfiguration['refused'] = [];
  for (const camera of given.cameras) {
    const checked = check(camera);
    if ('config' in checked) {
      cameras.push(checked.config);
      good.push({ ...camera, sites: checked.sites });
      continue;
    }
    refused.push({ camera: camera.id, version: camera.version, reason: checked.reason });
    const last = before.find(({ id }) => id === camera.id);
    const lastGood = last && check(last);
    if (!last || !lastGood || !('config' in lastGood)) continue;
    cameras.push(lastGood.config);
    good.push(last);
  }
  // Checked with each camera; without one, nobody looks at them.
  const sites = given.sites as SiteConfig[];
  return { file: { version: 1, sites, cameras }, good, refused };
}

function checkOne(
  { id, config }: GoodCamera,
  sites: readonly unknown[],
  isKnownModel: (model: string) => boolean,
): { config: CameraConfig; sites: SiteConfig[] } | { reason: string } {
  const checked = checkCameras({ version: 1, sites, cameras: [config] }, isKnownModel);
  if ('findings' in checked) return { reason: checked.findings.map(said).join('; ') };
  const [camera] = checked.file.cameras;
  if (camera?.id !== id) return { reason: `it is the configuration of "${camera?.id}"` };
  return { config: camera, sites: checked.file.sites.filter((site) => site.id === camera.site) };
}

/** Without the way to the camera, which is the only one. */
function said({ path, message }: CamerasFinding): string {
  const [root, , ...rest] = path;
  const field = fieldOf(root === 'cameras' ? rest : path);
  return field === '' ? message : `${field}: ${message}`;
}
