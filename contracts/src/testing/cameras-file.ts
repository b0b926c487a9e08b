import { CamerasFileError, type CamerasFileProblem, readCamerasFile } from '../cameras/read.ts';

/** A valid file with one camera. */
export const good = `version: 1
sites:
  - id: plant
    name: { zh: 一厂, en: Plant one }
    floorPlans:
      - id: hall
        name: { zh: 车间, en: Hall }
        size: [20, 10]
cameras:
  - id: gate
    name: { zh: 大门, en: Gate }
    site: plant
    floorPlan: hall
    url: rtsp://user:\${ANSHI_CAMERA_GATE}@10.0.0.9/stream
    picture: [1280, 720]
    calibration:
      - { picture: [100, 700], floor: [1, 1] }
      - { picture: [1200, 700], floor: [9, 1] }
      - { picture: [900, 200], floor: [9, 9] }
      - { picture: [300, 200], floor: [1, 9] }
    zones:
      - id: cell
        name: { zh: 单元, en: Cell }
        kind: machine-cell
        polygon: [[100, 100], [500, 100], [500, 500], [100, 500]]
    lines:
      - id: rail
        name: { zh: 护栏, en: Rail }
        from: [100, 300]
        to: [900, 300]
    rules:
      - { id: ppe, kind: missing-ppe, zone: cell }
      - { id: inside, kind: zone-intrusion, zone: cell }
      - { id: over, kind: line-crossing, line: rail, direction: left-to-right }
`;

/** What is wrong with a file; none where it is valid. */
export function problemsOf(text: string, known?: (model: string) => boolean): CamerasFileProblem[] {
  try {
    readCamerasFile(text, 'cameras.yaml', known);
  } catch (error) {
    if (error instanceof CamerasFileError) return error.problems;
    throw error;
  }
  return [];
}
