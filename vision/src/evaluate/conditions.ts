import { randomOf } from '@anshi/contracts/testing/random';
import sharp from 'sharp';

/**
 * Bad conditions, simulated on pictures before a model is scored on them: light, weather, lens and
 * stream. They are milder and more regular than what cameras show. No pixel changes its place, so that the
 * labels stay true.
 */
export const CONDITIONS = [
  'night',
  'backlight',
  'haze',
  'rain',
  'motion',
  'defocus',
  'compressed',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Interleaved RGB, 8 bits. */
export interface RgbPicture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Standard deviations and factors are of linear light from 0 to 1. */
const NIGHT = { light: 0.03, gain: 6, shot: 0.012, read: 0.004, colour: 0.5 };
const BACKLIGHT = { exposure: 0.35, veil: 0.75, radius: 0.45 };
const HAZE = { left: 0.35, airlight: 0.55 };
/** Drops on the lens for a million pixels, and their radius as a share of the width. */
const RAIN = { drops: 90, least: 0.008, most: 0.03, contrast: 0.85 };
/** As shares of the width: the length of the smear, and the standard deviation of the blur. */
const MOTION = 0.015;
const DEFOCUS = 0.004;
/** Bytes of the planes at 4:2:0 for each byte of the compressed picture. */
const COMPRESSION = 40;

/**
 * The picture as a camera would show it in a condition. The same picture and seed give the same.
 *
 * @param seed of noise and drops, such as the name of the picture.
 */
export async function inCondition(
  picture: RgbPicture,
  condition: Condition,
  seed: string,
): Promise<RgbPicture> {
  switch (condition) {
    case 'night':
      return night(picture, seed);
    case 'backlight':
      return backlight(picture);
    case 'haze':
      return mapLight(picture, (light) => light * HAZE.left + HAZE.airlight * (1 - HAZE.left));
    case 'rain':
      return rain(picture, seed);
    case 'motion':
      return smear(picture, Math.max(3, Math.round(picture.width * MOTION)));
    case 'defocus':
      return blurred(picture, Math.max(0.6, picture.width * DEFOCUS));
    case 'compressed':
      return compressed(picture);
  }
}

const LINEAR = Float32Array.from({ length: 256 }, (_, value) => (value / 255) ** 2.2);
const shown = (light: number) => Math.round(255 * Math.min(1, Math.max(0, light)) ** (1 / 2.2));

/** @param map linear light of one value to that of the condition, by pixel. */
function mapLight(
  { data, width, height }: RgbPicture,
  map: (light: number, x: number, y: number) => number,
): RgbPicture {
  const out = Buffer.alloc(data.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, at++) out[at] = shown(map(LINEAR[data[at]!]!, x, y));
    }
  }
  return { data: out, width, height };
}

/** Little light, which the camera amplifies with its noise, and half of the colour. */
function night({ data, width, height }: RgbPicture, seed: string): RgbPicture {
  const random = randomOf(`night ${seed}`);
  const out = Buffer.alloc(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const [r, g, b] = [LINEAR[data[at]!]!, LINEAR[data[at + 1]!]!, LINEAR[data[at + 2]!]!];
    const grey = 0.299 * r + 0.587 * g + 0.114 * b;
    for (const [c, value] of [r, g, b].entries()) {
      const light = NIGHT.light * (grey + NIGHT.colour * (value - grey));
      const noise = random.normal(Math.sqrt(light) * NIGHT.shot + NIGHT.read);
      out[at + c] = shown(NIGHT.gain * (light + noise));
    }
  }
  return { data: out, width, height };
}

/** A bright opening at the top: the camera closes its aperture, and the lens spreads the light. */
function backlight(picture: RgbPicture): RgbPicture {
  const { width, height } = picture;
  const radius = BACKLIGHT.radius * width;
  return mapLight(picture, (light, x, y) => {
    const distance = Math.hypot(x - width / 2, y - height * 0.15) / radius;
    return light * BACKLIGHT.exposure + BACKLIGHT.veil * Math.exp(-distance * distance);
  });
}

/** Drops show the picture small and upside down, out of focus. */
async function rain(picture: RgbPicture, seed: string): Promise<RgbPicture> {
  const { width, height } = picture;
  const random = randomOf(`rain ${seed}`);
  const soft = await blurred(picture, width * RAIN.least);
  const out = Buffer.from(picture.data);
  for (let at = 0; at < out.length; at++) out[at] = out[at]! * RAIN.contrast + 255 * 0.06;
  const count = Math.round((RAIN.drops * width * height) / 1e6);
  for (let n = 0; n < count; n++) {
    const radius = width * random.between(RAIN.least, RAIN.most);
    const [cx, cy] = [random.between(0, width), random.between(0, height)];
    for (let y = Math.max(0, Math.ceil(cy - radius)); y < Math.min(height, cy + radius); y++) {
      for (let x = Math.max(0, Math.ceil(cx - radius)); x < Math.min(width, cx + radius); x++) {
        const distance = Math.hypot(x - cx, y - cy) / radius;
        if (distance > 1) continue;
        const fromX = Math.min(width - 1, Math.max(0, Math.round(cx - 3 * (x - cx))));
        const fromY = Math.min(height - 1, Math.max(0, Math.round(cy - 3 * (y - cy))));
        const [to, from] = [3 * (y * width + x), 3 * (fromY * width + fromX)];
        for (let c = 0; c < 3; c++) out[to + c] = soft.data[from + c]! * (1 - 0.4 * distance ** 4);
      }
    }
  }
  return { data: out, width, height };
}

/** The mean of so many pixels along the row: a camera or a person that moves while a picture is taken. */
function smear({ data, width, height }: RgbPicture, length: number): RgbPicture {
  const out = Buffer.alloc(data.length);
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < 3; c++) {
      const at = (x: number) => data[3 * (y * width + Math.min(width - 1, Math.max(0, x))) + c]!;
      const before = Math.floor(length / 2);
      let sum = 0;
      for (let i = 0; i < length; i++) sum += at(i - before);
      for (let x = 0; x < width; x++) {
        out[3 * (y * width + x) + c] = Math.round(sum / length);
        sum += at(x + length - before) - at(x - before);
      }
    }
  }
  return { data: out, width, height };
}

async function blurred({ data, width, height }: RgbPicture, sigma: number): Promise<RgbPicture> {
  const soft = await sharp(data, { raw: { width, height, channels: 3 } })
    .blur(sigma)
    .raw()
    .toBuffer();
  return { data: soft, width, height };
}

/** The highest quality of JPEG at which the picture is small enough. */
async function compressed({ data, width, height }: RgbPicture): Promise<RgbPicture> {
  const most = (width * height * 1.5) / COMPRESSION;
  const encode = (quality: number) =>
    sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality })
      .toBuffer();
  let [low, high] = [1, 95];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await encode(middle)).length <= most) low = middle;
    else high = middle - 1;
  }
  return {
    data: await sharp(await encode(low))
      .raw()
      .toBuffer(),
    width,
    height,
  };
}
