import type { AnnouncedModel, CalibrationPair, Point } from '@anshi/contracts';
import { fitHomography, sides } from '@anshi/contracts/homography';
import { type UprightView, uprightView } from '@anshi/contracts/upright';
import type { z } from 'zod';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { CamerasConfiguration } from '../cameras/configuration.ts';
import { findLog } from './log-rows.ts';
import type { readablePlaces } from './schema.ts';

/** Height of a person, metres. */
const PERSON = 1.7;
/** Columns of the picture for which the border is looked up. */
const COLUMNS = 32;
/** Rows, pixels. */
const STEP = 2;

export type ReadablePlaces = z.infer<typeof readablePlaces>;

/**
 * Where in a camera's picture people are tall enough for its model to tell their equipment, by the
 * calibration and by the card of the detector that judges it.
 */
export function createReadable(options: {
  units: Units;
  configuration: Pick<CamerasConfiguration, 'file'>;
}): (user: User, camera: string) => Promise<ReadablePlaces> {
  const { units, configuration } = options;
  return (user, camera) =>
    units.run(user, async ({ tx }) => {
      const config = configuration.file.cameras.find(({ id }) => id === camera);
      // As the pages that configure it: no camera is configured by a department.
      const reach = reachOf(user.account, 'camera:manage');
      if (!config || !isWithin(user.account, reach, { site: config.site })) {
        throw new Problem('camera.unknown');
      }
      const row = await runningDetector(tx, camera);
      const heights = (row?.card as AnnouncedModel | undefined)?.leastHeights ?? {};
      const view = viewOf(config.calibration, config.picture);
      return {
        model: row ? { name: row.name, version: row.version } : null,
        calibrated: view !== undefined,
        picture: config.picture,
        items: Object.entries(heights)
          .sort()
          .map(([item, leastHeight]) => ({
            item,
            leastHeight,
            border: view ? borderOf(view, config.picture, leastHeight) : null,
          })),
      };
    });
}

/**
 * The detector that judges a camera now. By its task and not by the name in the camera's configuration: the
 * worker may have another one in place of the default.
 */
async function runningDetector(tx: Transaction, camera: string) {
  const running = (await findLog(tx, { camera, limit: 50 })).filter(({ to }) => to === null);
  const rows = await tx.modelVersion.findMany({
    where: { id: { in: running.map(({ versionId }) => versionId) } },
  });
  const detectors = rows.filter(({ card }) => (card as AnnouncedModel).task === 'ppe-detection');
  const [newest] = running.flatMap(({ versionId }) =>
    detectors.filter(({ id }) => id === versionId),
  );
  return newest ?? null;
}

function viewOf(
  calibration: readonly CalibrationPair[] | undefined,
  picture: readonly [number, number],
): UprightView | undefined {
  const pairs = calibration && sides(calibration);
  const toFloor = pairs && fitHomography(pairs.picture, pairs.floor);
  return toFloor && uprightView(toFloor, picture);
}

/**
 * The farthest foot points at which a person is tall enough, from the left to the right edge of the
 * picture: above this line the item is unknown.
 *
 * @param least pixels of the picture.
 */
export function borderOf(
  view: UprightView,
  [width, height]: readonly [number, number],
  least: number,
): Point[] {
  return Array.from({ length: COLUMNS + 1 }, (_, i): Point => {
    const x = (width * i) / COLUMNS;
    // From near to far: what lies beyond the first place that is too small is farther still.
    let y = height;
    while (y > 0 && (view.heightAt([x, y], PERSON) ?? 0) >= least) y -= STEP;
    return [Math.round(x), Math.max(0, y)];
  });
}
