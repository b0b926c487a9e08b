import sharp from 'sharp';
import type { PlanarPicture } from '../src/detect/prepare.ts';
import {
  type LabelledBox,
  type LabelledPicture,
  labelsInPixels,
} from '../src/evaluate/labelled-set.ts';
import { rgbToI420 } from '../src/evaluate/rgb-to-i420.ts';

/** The frame of an ordinary camera. */
export const FRAME = { width: 1280, height: 720 } as const;
/** The grey background; the models are padded with the same value. */
const NEUTRAL = { r: 114, g: 114, b: 114 };

/** A labelled picture scaled down as a distant camera would show it. */
export interface FarFrame {
  readonly picture: PlanarPicture;
  /** Pixels of the frame. */
  readonly labels: readonly LabelledBox[];
  /** The part of the frame that the picture takes. */
  readonly place: { readonly left: number; readonly top: number; readonly scale: number };
}

/** A picture file, decoded once and placed into frames at several scales. */
export class FarPicture {
  readonly #rgb: Buffer;
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture. */
  readonly labels: readonly LabelledBox[];

  private constructor(rgb: Buffer, width: number, height: number, labels: readonly LabelledBox[]) {
    this.#rgb = rgb;
    this.width = width;
    this.height = height;
    this.labels = labels;
  }

  static async read({ file, labels }: LabelledPicture): Promise<FarPicture> {
    const { data, info } = await sharp(file, { failOn: 'error' })
      .autoOrient()
      .toColourspace('srgb')
      .flatten({ background: NEUTRAL })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return new FarPicture(data, width, height, labelsInPixels(labels, width, height));
  }

  /**
   * Height in pixels of the label of this class that is nearest to the class's median; undefined
   * without one.
   */
  typicalHeight(label: string): number | undefined {
    const heights = this.labels
      .filter((one) => one.label === label)
      .map(({ box }) => box[3] - box[1])
      .sort((a, b) => a - b);
    return heights[heights.length >> 1];
  }

  /**
   * Scales the picture down so that its typical label of this class has this height, and lays it in
   * the middle of a frame.
   *
   * @returns undefined where there is no such label, or the picture would have to be enlarged or
   * does not fit: enlarging adds no detail to detect.
   */
  async frame(label: string, height: number): Promise<FarFrame | undefined> {
    const typical = this.typicalHeight(label);
    if (typical === undefined || typical < height) return undefined;
    const scale = height / typical;
    const wide = Math.max(1, Math.round(this.width * scale));
    const high = Math.max(1, Math.round(this.height * scale));
    if (wide > FRAME.width || high > FRAME.height) return undefined;
    const small = await sharp(this.#rgb, {
      raw: { width: this.width, height: this.height, channels: 3 },
    })
      .resize(wide, high, { fit: 'fill', kernel: 'lanczos3' })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const left = (FRAME.width - wide) >> 1;
    const top = (FRAME.height - high) >> 1;
    const rgb = await sharp({ create: { ...FRAME, channels: 3, background: NEUTRAL } })
      .composite([{ input: small, left, top }])
      .removeAlpha()
      .raw()
      .toBuffer();
    const labels = this.labels.map((one) => ({
      label: one.label,
      box: [
        (one.box[0] * wide) / this.width + left,
        (one.box[1] * high) / this.height + top,
        (one.box[2] * wide) / this.width + left,
        (one.box[3] * high) / this.height + top,
      ] as LabelledBox['box'],
    }));
    return {
      picture: { ...FRAME, pixels: rgbToI420(rgb, FRAME.width, FRAME.height) },
      labels,
      place: { left, top, scale },
    };
  }
}
