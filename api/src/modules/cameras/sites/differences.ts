import type { Bilingual, CamerasFile, SiteConfig } from '@anshi/contracts';
import { apartFromAddresses } from '@anshi/contracts';
import type { CameraRow } from '../stored.ts';
import type { KnownSite } from './rows.ts';

/** A camera that the file has and the database has not, or has otherwise. */
export interface FileDifference {
  camera: string;
  /** As the file has it. */
  name: Bilingual;
  kind: 'missing' | 'different' | 'removed';
}

/** A site that was removed or changed in the app since the file seeded it. */
export interface SiteDifference {
  site: string;
  /** As the file has it. */
  name: Bilingual;
  kind: 'different' | 'removed';
}

/** What the cameras of the file are otherwise; addresses are not compared. */
export function cameraDifferences(
  given: CamerasFile,
  rows: readonly CameraRow[],
  removed: readonly CameraRow[],
): FileDifference[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return given.cameras.flatMap((camera): FileDifference[] => {
    const { config } = apartFromAddresses(camera);
    const row = byId.get(config.id);
    const of = { camera: config.id, name: config.name };
    if (row) return sorted(row.config) === sorted(config) ? [] : [{ ...of, kind: 'different' }];
    const isRemoved = removed.some(({ id }) => id === config.id);
    return [{ ...of, kind: isRemoved ? 'removed' : 'missing' }];
  });
}

/** What its sites are otherwise. Floor plans that the file does not have are no difference. */
export function siteDifferences(
  given: CamerasFile,
  stored: readonly KnownSite[],
): SiteDifference[] {
  return given.sites.flatMap((site): SiteDifference[] => {
    const of = { site: site.id, name: site.name };
    const known = stored.find(({ id }) => id === site.id);
    if (!known) return [{ ...of, kind: 'removed' }];
    return isSame(site, known) ? [] : [{ ...of, kind: 'different' }];
  });
}

const isSame = (site: SiteConfig, known: KnownSite): boolean =>
  sorted(site.name) === sorted(known.name) &&
  site.floorPlans.every(({ image, ...plan }) => {
    const found = known.floorPlans.find(({ id }) => id === plan.id);
    if (!found) return false;
    const { picture, image: storedImage, ...rest } = found;
    // An uploaded picture stays, with the size that was given with it.
    if (picture) return sorted(plan.name) === sorted(rest.name);
    return sorted(plan) === sorted(rest) && image === storedImage;
  });

/** JSON with the keys of each object in order: the database keeps its own. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
