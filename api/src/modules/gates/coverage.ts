import type { Bilingual, CameraConfig } from '@anshi/contracts';

type Camera = Pick<CameraConfig, 'id' | 'name' | 'enabled' | 'zones' | 'rules'>;

/** A camera and the zone in which it sees a machine. */
export interface Seen {
  camera: string;
  cameraName: Bilingual;
  zone: string;
  zoneName: Bilingual;
}

/**
 * The cameras that see a machine: first those with a rule that asks for its state, then those with a zone of its area.
 * Cameras that are switched off see nothing.
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
    inUse.flatMap((camera) => {
      const zone = zoneOf(camera);
      return zone
        ? [{ camera: camera.id, cameraName: camera.name, zone: zone.id, zoneName: zone.name }]
        : [];
    }),
  );
  return found.filter((one, n) => found.findIndex((other) => other.camera === one.camera) === n);
}
