import { stringify } from 'yaml';

/** A cameras file with one camera, whose floor is laid out in tiles: each step of a walk is an event. */
export function busyFloor(): string {
  const name = { zh: '测', en: 'Bench' };
  const [across, down, top] = [5, 3, 240];
  const [width, height] = [1280 / across, (720 - top) / down];
  const tiles = Array.from({ length: across * down }, (_, i) => {
    const [left, upper] = [(i % across) * width, top + Math.floor(i / across) * height];
    const [right, lower] = [left + width, upper + height];
    return {
      id: `tile-${i + 1}`,
      polygon: [
        [left, upper],
        [right, upper],
        [right, lower],
        [left, lower],
      ],
    };
  });
  return stringify({
    version: 1,
    sites: [{ id: 'bench', name }],
    cameras: [
      {
        id: 'stamped',
        name,
        site: 'bench',
        url: `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/stamped`,
        picture: [1280, 720],
        zones: tiles.map((tile) => ({ ...tile, name })),
        rules: tiles.map(({ id }) => ({
          id: `in-${id}`,
          kind: 'zone-intrusion',
          zone: id,
          confirmSeconds: 0.4,
          clearSeconds: 1,
        })),
      },
    ],
  });
}
