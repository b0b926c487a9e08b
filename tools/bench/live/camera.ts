import { stringify } from 'yaml';

/** A cameras file with one camera of the simulator, without rules: its pictures are sent on, and analysed. */
export function liveCamera(id: string): string {
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
        picture: [1280, 720],
        analysisFps: 5,
        zones: [],
        rules: [],
      },
    ],
  });
}
