import type { Frame, FrameDetections } from '../frame.ts';
import { type SmallPicture, smallPicture } from './small-picture.ts';

/** A picture is kept so often, milliseconds. */
const EVERY_MS = 1_000;

/** The newest picture of a camera in small, for diagnoses and outages. It shows faces until it is blurred. */
export class LastPicture {
  #picture: SmallPicture | null = null;

  /** Null before the first one. */
  get picture(): SmallPicture | null {
    return this.#picture;
  }

  /** @param isChange a fault of the picture was found in this frame, or its end: it is kept in any case. */
  look(frame: Frame, { detections }: FrameDetections, isChange: boolean): void {
    const passed = Math.abs(frame.at - (this.#picture?.at ?? 0));
    if (isChange || passed >= EVERY_MS) this.#picture = smallPicture(frame, detections);
  }
}
