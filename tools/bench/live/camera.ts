import { stringify } from 'yaml';

/**
 * A cameras file with one camera of the simulator, without rules: its pictures are sent on, and analysed.
 *
 * @param size of the pictures, pixels.
 */
export function liveCamera(id: string, size: { width: number; height: number }): string {
  const name = { zh: '测', en: 'Bench' };
  return stringify({
    version: 1,
    sites: [{ id: 'bench', name }],
    cameras: [
      {
        id,
        name,
        site: 'bench',
        url: `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/${id}`,
        picture: [size.width, size.height],
        analysisFps: 5,
        zones: [],
        rules: [],
      },
    ],
  });
}
