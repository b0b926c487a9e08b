import type { CameraConfig, LineConfig, Point, RuleConfig } from '@anshi/contracts';

const name = { zh: '测试', en: 'test' };

/** A camera for tests on clips: one zone over the whole picture requires helmet and vest. */
export function clipCamera(
  id: string,
  picture: [number, number],
  lines: { id: string; from: Point; to: Point }[],
  rules: RuleConfig[] = [],
): CameraConfig {
  const [width, height] = picture;
  const line = (one: { id: string; from: Point; to: Point }): LineConfig => ({ ...one, name });
  return {
    id,
    name,
    site: 'test',
    url: 'file:clip.mp4',
    transport: 'tcp',
    enabled: true,
    picture,
    model: 'ppe',
    analysisFps: 5,
    closeLooks: { perFrame: 4, megapixels: 0.25, searchSeconds: 10 },
    zones: [
      {
        id: 'everywhere',
        name,
        kind: 'work-area',
        // One pixel beyond the edge, for feet on the last row.
        polygon: [
          [0, 0],
          [width, 0],
          [width, height + 1],
          [0, height + 1],
        ],
      },
    ],
    lines: lines.map(line),
    rules: [
      {
        kind: 'missing-ppe',
        id: 'ppe',
        severity: 'medium',
        zone: 'everywhere',
        items: ['helmet', 'vest'],
      },
      ...lines.map(
        (one): RuleConfig => ({
          kind: 'line-crossing',
          id: `over-${one.id}`,
          severity: 'medium',
          line: one.id,
          direction: 'both',
        }),
      ),
      ...rules,
    ],
  };
}
