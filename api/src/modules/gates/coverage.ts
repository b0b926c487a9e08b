import type { Bilingual, CameraConfig } from '@anshi/contracts';

type Camera = Pick<CameraConfig, 'id' | 'name' | 'enabled' | 'picture' | 'zones' | 'rules'>;

/** A camera and the zone in which it sees a machine. */
export interface Seen {
  camera: string;
  cameraName: Bilingual;
  zone: string;
  zoneName: Bilingual;
}

/** Share of the picture that a zone covers, 0 to 1. */
function shareOf({ polygon }: Camera['zones'][number], [width, height]: Camera['picture']): number {
  const twice = polygon.reduce((sum, [x, y], n) => {
    const [nextX, nextY] = polygon[(n + 1) % polygon.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2 / (width * height);
}

/**
 * The cameras that see a machine, the best first: those with a rule that asks for its state, whose zone was drawn for this
 * machine, then those with a zone of its area. A machine has no place of its own in the register; of two cameras of the same
 * kind the one in whose picture the zone is larger is the nearer one. Cameras that are switched off see nothing.
 */
export function camerasAt(
  cameras: readonly Camera[],
  machine: string,
  areaId: string | null,
): Seen[] {
  const inUse = cameras.filter(({ enabled }) => enabled);
  const zoneByRule = ({ rules, zones }: Camera) => {
    const ids = rules.flatMap((rule) =>
      'whileMachine' in rule && rule.whileMachine?.machine === machine && 'zone' in rule
        ? [rule.zone]
        : [],
    );
    return zones.find(({ id }) => ids.includes(id));
  };
  const zoneByArea = ({ zones }: Camera) =>
    areaId === null ? undefined : zones.find(({ area }) => area === areaId);
  const found = [zoneByRule, zoneByArea].flatMap((zoneOf) =>
    inUse
      .flatMap((camera) => {
        const zone = zoneOf(camera);
        return zone ? [{ camera, zone, share: shareOf(zone, camera.picture) }] : [];
      })
      .sort((a, b) => b.share - a.share),
  );
  return found
    .filter((one, n) => found.findIndex(({ camera }) => camera.id === one.camera.id) === n)
    .map(({ camera, zone }) => ({
      camera: camera.id,
      cameraName: camera.name,
      zone: zone.id,
      zoneName: zone.name,
    }));
}
