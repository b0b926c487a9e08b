import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { actorOf } from '../../../platform/access/account.ts';
import type { Unit } from '../../../platform/db/unit-of-work.ts';
import { Problem } from '../../../platform/http/errors.ts';
import { fieldError } from '../../../platform/http/field-errors.ts';
import type { User } from '../../../platform/kit/routes.ts';
import type { Platform } from '../../../platform/module.ts';
import type { CamerasConfiguration } from '../configuration.ts';
import type { PlanPicture, StoredFloorPlan } from './rows.ts';

/** What its files are attached to. */
export const FLOOR_PLAN = 'floor-plan';
export interface PlanAt {
  site: string;
  plan: string;
}
/** The id that its files name: two sites may have a plan of the same id since before. */
export const attachedTo = ({ site, plan }: PlanAt): string => `${site}/${plan}`;
const imageTypes: Record<string, string> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
};
/** The share by which the shape of a plan may differ from that of its picture: rounding of metres. */
const SHAPE_TOLERANCE = 0.02;

/**
 * @throws Problem where the picture would be drawn out of shape: distances on it would be wrong in one
 *   direction.
 */
export function checkShape([width, depth]: readonly [number, number], picture: PlanPicture): void {
  const right = (width * picture.height) / picture.width;
  if (Math.abs(depth / right - 1) <= SHAPE_TOLERANCE) return;
  const fits = Math.round(right * 100) / 100;
  const { width: across, height: high } = picture;
  throw new Problem('floor-plan.shape', undefined, {
    errors: [
      fieldError(
        'body.size',
        `图片为 ${across} × ${high} 像素：宽 ${width} 米时，高应为 ${fits} 米，而不是 ${depth} 米`,
        `the picture has ${across} x ${high} pixels: ${width} m wide, it is ${fits} m deep, and not ${depth} m`,
      ),
    ],
  });
}

export type PlanPictures = ReturnType<typeof createPlanPictures>;

/** The pictures of floor plans: those beside cameras.yaml, and those that were uploaded. */
export function createPlanPictures(
  { database, uploads }: Pick<Platform, 'database' | 'uploads'>,
  configuration: Pick<CamerasConfiguration, 'folder' | 'sites'>,
) {
  const { files } = uploads;
  files.guard(FLOOR_PLAN, async (account) => account.permissions.has('registry:read'));

  /** Where an image of the file lies; null where there is none, or it is outside of the file's folder. */
  async function pathOf(image: string | undefined): Promise<string | null> {
    if (image === undefined || !(extname(image).toLowerCase() in imageTypes)) return null;
    try {
      const folder = await realpath(configuration.folder);
      const path = await realpath(resolve(folder, image));
      return path.startsWith(folder + sep) && (await stat(path)).isFile() ? path : null;
    } catch {
      return null;
    }
  }

  return {
    /** The address of a picture, which is another one for another picture; null where none can be shown. */
    async urlOf(site: string, { id, image, picture }: StoredFloorPlan): Promise<string | null> {
      const url = `/api/v1/floor-plans/${site}/${id}/image`;
      if (picture) return `${url}?picture=${picture.file}`;
      return (await pathOf(image)) === null ? null : url;
    },

    /** @throws Problem where there is none, or it is not scanned yet. */
    async read(
      user: User,
      site: string,
      plan: string,
    ): Promise<{ bytes: Buffer | Readable; type: string }> {
      const found = configuration.sites
        .find(({ id }) => id === site)
        ?.floorPlans.find(({ id }) => id === plan);
      const { picture } = found ?? {};
      if (picture) {
        const { file } = await database.transaction(actorOf(user.account), (tx) =>
          files.see(tx, user.account, picture.file),
        );
        if (file.scan === 'pending') throw new Problem('file.not-scanned');
        if (file.scan === 'infected') throw new Problem('file.infected');
        return { bytes: files.read(user.tenant, file), type: file.shown.mediaType };
      }
      const path = await pathOf(found?.image);
      if (path === null) throw new Problem('floor-plan.unknown');
      return { bytes: await readFile(path), type: imageTypes[extname(path).toLowerCase()] ?? '' };
    },

    /** Attaches an upload as the picture of a plan. @throws Problem where it is no picture. */
    async attach(unit: Unit, at: PlanAt, upload: string): Promise<PlanPicture> {
      const to = { entity: FLOOR_PLAN, id: attachedTo(at), role: 'picture' };
      const [file] = await files.attach(unit, [upload], to);
      const { kind, width, height } = file ?? {};
      if (!file || kind !== 'photo' || !width || !height) {
        throw new Problem('floor-plan.not-a-picture');
      }
      return { file: file.id, width, height };
    },
  };
}
