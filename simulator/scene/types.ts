/** Types shared by the scenarios, the page that renders them and the driver that records them. */

/** A place on the floor in metres: x to the east, y to the north, origin in the south-west corner. */
export type FloorPoint = readonly [x: number, y: number];

/** A rectangle in the picture: left, top, right, bottom, in pixels. */
export type PixelBox = [left: number, top: number, right: number, bottom: number];

export type Act = 'stand' | 'walk' | 'carry' | 'work';

/** One step of a worker's path: a point to walk to, or a wait in place. */
export type WayStep =
  | { readonly to: FloorPoint }
  | { readonly wait: number; readonly act: Act; readonly face?: number };

/** The appearance of a worker. Colours are 0xRRGGBB; without `helmet` or `vest` none is worn. */
export interface Appearance {
  readonly height: number;
  readonly skin: number;
  readonly hair: number;
  readonly top: number;
  readonly trousers: number;
  readonly glove?: number;
  readonly helmet?: number;
  readonly vest?: number;
  /** Share of the arm covered by the sleeve, 0..1. */
  readonly sleeve?: number;
  /** Added girth in metres. */
  readonly girth?: number;
}

export interface WorkerSpec {
  readonly id: string;
  readonly looks: Appearance;
  readonly start: FloorPoint;
  /** Direction at the start, radians from east, counter-clockwise. */
  readonly face: number;
  /** Seconds the worker waits at the start. */
  readonly startsAt: number;
  /** Walking speed in metres a second. */
  readonly speed: number;
  readonly carriesBox?: boolean;
  readonly way: readonly WayStep[];
}

/** A fixed camera. Yaw is the viewing direction from east, counter-clockwise; pitch looks down. */
export interface CameraSpec {
  readonly position: readonly [x: number, y: number, height: number];
  readonly yawDeg: number;
  readonly pitchDeg: number;
  /** Vertical field of view. */
  readonly fovDeg: number;
}

export interface Machine {
  readonly id: string;
  readonly cell: readonly FloorPoint[];
}

export interface FloorLine {
  readonly id: string;
  readonly from: FloorPoint;
  readonly to: FloorPoint;
}

/** Everything that defines a clip. */
export interface Scenario {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly duration: number;
  readonly camera: CameraSpec;
  /** The point on the floor at the centre of shadows and ambient occlusion. */
  readonly focus: FloorPoint;
  readonly machines: readonly Machine[];
  readonly lines: readonly FloorLine[];
  /** Floor area in which helmet and vest are compulsory. */
  readonly ppeArea: readonly FloorPoint[];
  /** Floor points offered for calibrating the camera. */
  readonly calibration: readonly FloorPoint[];
  readonly workers: readonly WorkerSpec[];
  /** Adds boxes of heads, helmets and torsos; for training pictures, not for clips. */
  readonly parts?: true;
}

/** A part of a worker in one frame, with the class names of PPE detectors. */
export interface PartTruth {
  label: 'helmet' | 'head' | 'vest' | 'no_vest';
  /** Around the whole part, not clipped to the picture. */
  box: PixelBox;
  /** Share of the worker's pixels in the box that are not occluded. */
  visible: number;
}

/** The truth about one worker in one frame. */
export interface WorkerTruth {
  id: string;
  floor: [number, number];
  heading: number;
  speed: number;
  act: Act;
  /** Around the whole body with helmet and load, not clipped to the picture. */
  box: PixelBox;
  /** Share of the box inside the picture. */
  inFrame: number;
  /** Share of the worker's pixels that are not occluded; 0 outside the picture. */
  visible: number;
  visibleBox: PixelBox | null;
  helmet: boolean;
  vest: boolean;
  parts?: PartTruth[];
}

export interface FrameTruth {
  t: number;
  workers: WorkerTruth[];
}

/** Row-major 3x3: floor metres (x, y, 1) to picture pixels (u, v, 1). */
export type Homography = number[];

export interface ClipTruth {
  clip: string;
  width: number;
  height: number;
  fps: number;
  duration: number;
  floorPlan: string;
  camera: CameraSpec;
  homography: Homography;
  machines: readonly Machine[];
  lines: readonly FloorLine[];
  frames: FrameTruth[];
}

/** One rendered frame from the page: packed RGB in base64, and its truth. */
export interface DrawnFrame {
  rgb: string;
  workers: WorkerTruth[];
}
