import type { Box, CameraConfig, Observation, Point, TrackedPerson } from '@anshi/contracts';
import { footPoint, insidePolygon, placeInPicture } from '../judge/polygon.ts';
import { CalibrationRefused, FloorLocator, standingAt } from '../locate/floor-locator.ts';

/** What tracker and models say of one person in one frame, in pixels of the camera's `picture`. */
export type SeenPerson = Pick<
  TrackedPerson,
  'track' | 'box' | 'score' | 'velocity' | 'equipment' | 'pose'
>;

/** Standard deviation of a foot point as a share of the person's height, at least 2 pixels. */
const FOOT_NOISE = 0.04;

type PlacedBy = Pick<CameraConfig, 'id' | 'picture' | 'zones' | 'calibration' | 'masks'>;

/**
 * Says where people are: in which zones of the camera, and where on its floor plan. A function of the
 * configuration and of what was seen, so that a recorded stream can be placed by another configuration.
 */
export class Placement {
  readonly #config: PlacedBy;
  readonly #locator: FloorLocator | undefined;
  /** Why the calibration is not used, or undefined. */
  readonly problem: string | undefined;

  constructor(config: PlacedBy) {
    this.#config = config;
    if (!config.calibration) return;
    try {
      this.#locator = new FloorLocator(config.calibration);
    } catch (error) {
      if (!(error instanceof CalibrationRefused)) throw error;
      this.problem = `camera "${config.id}": calibration: ${error.message}`;
    }
  }

  /** Whether it knows where on the floor a point of the picture is. */
  get isCalibrated(): boolean {
    return this.#locator !== undefined;
  }

  /** The mask that leaves out a person with this box; undefined for none. */
  maskOf(box: Box): string | undefined {
    const { masks, picture } = this.#config;
    if (!masks?.length) return undefined;
    const place = placeInPicture(box, picture);
    return masks.find(({ polygon }) => insidePolygon(place, polygon))?.id;
  }

  /** Whether a part that the model drew, such as a head, lies in a mask. */
  isHidden([left, top, right, bottom]: Box): boolean {
    const centre: Point = [(left + right) / 2, (top + bottom) / 2];
    return (this.#config.masks ?? []).some(({ polygon }) => insidePolygon(centre, polygon));
  }

  /** Where the people are whom no mask leaves out. */
  people(seen: readonly SeenPerson[]): TrackedPerson[] {
    return seen
      .filter(({ box }) => this.maskOf(box) === undefined)
      .map((person) => this.#person(person));
  }

  #person(seen: SeenPerson): TrackedPerson {
    const { box } = seen;
    const noise = Math.max(2, FOOT_NOISE * (box[3] - box[1]));
    const place = placeInPicture(box, this.#config.picture);
    const floor = this.#locator ? standingAt(this.#locator, footPoint(box), [noise, noise]) : null;
    return {
      ...seen,
      floor: floor?.at ?? null,
      floorDeviation: floor?.deviation ?? null,
      floorCovariance: floor ? [...floor.covariance] : null,
      zones: this.#config.zones
        .filter((zone) => zone.plane !== 'picture' && insidePolygon(place, zone.polygon))
        .map(({ id }) => id),
      violations: [],
    };
  }

  /**
   * A whole observation, placed by this configuration: zones from the boxes, and the floor where this configuration is
   * calibrated. Where it is not, the observation keeps its own.
   */
  observation(observation: Observation): Observation {
    return {
      ...observation,
      people: observation.people.flatMap((person) => {
        if (this.maskOf(person.box) !== undefined) return [];
        const placed = this.#person(person);
        if (this.isCalibrated) return [placed];
        const { floor, floorDeviation, floorCovariance } = person;
        return [{ ...placed, floor, floorDeviation, floorCovariance }];
      }),
    };
  }
}
