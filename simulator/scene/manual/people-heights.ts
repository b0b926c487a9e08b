import { writeFile } from 'node:fs/promises';
import sharp, { type OverlayOptions } from 'sharp';
import { bundlePage, openScene, startBrowser } from '../driver/browser.ts';
import { looks } from '../scenarios/wardrobe.ts';
import type { Appearance, PixelBox, Scenario } from '../types.ts';

/** Heights of the people in the panels, pixels; the manual names them. */
const HEIGHTS = [100, 50, 25];

/** From the left: helmet and vest, no helmet, no vest, neither. */
const ROW: readonly Appearance[] = [
  looks.whiteHelmetLimeVest,
  looks.bareHeadOrangeVest,
  looks.redHelmetNoVest,
  looks.bareHeadNoVest,
];
const APART = 0.85;
const WEST = Math.PI;

/** Four workers on the walkway who look at a camera 3.4 m high. */
const scenario: Scenario = {
  name: 'people-heights',
  width: 1280,
  height: 720,
  fps: 1,
  duration: 4,
  camera: { position: [4.2, 6.3, 3.4], yawDeg: 0, pitchDeg: 15, fovDeg: 34 },
  focus: [12, 6.3],
  machines: [],
  lines: [],
  ppeArea: [],
  calibration: [],
  workers: ROW.map((worn, i) => ({
    id: `H${i + 1}`,
    looks: worn,
    start: [12, 6.3 + APART * ((ROW.length - 1) / 2 - i)],
    face: WEST,
    startsAt: 0,
    speed: 1,
    way: [{ wait: 60, act: 'stand', face: WEST }],
  })),
};

/** Size of one panel of the picture, pixels; `beside`: of what is not enlarged, beside it. */
const PANEL = { width: 420, height: 270, beside: 200 };
const GAP = 6;
/** Round the people, as a share of their height. */
const MARGIN = 0.14;
/** Quality of a camera's own still; what is lost by it is lost in the panels. */
const JPEG_QUALITY = 75;

/**
 * Draws the picture of the manual: the same four workers at 100, 50 and 25 px, each enlarged to the
 * same size and, beside it, as large as it is.
 *
 * @param file a WebP file.
 */
export async function drawPeopleHeights(file: string): Promise<void> {
  const browser = await startBrowser();
  try {
    const { scene } = await openScene(browser, await bundlePage(), scenario);
    const { rgb, workers } = await scene.draw(1, 1);
    const boxes = workers.map(({ box }) => box);
    const panels: OverlayOptions[] = [];
    for (const [i, height] of HEIGHTS.entries()) {
      const input = await panel(Buffer.from(rgb, 'base64'), boxes, height);
      panels.push({ input, left: 0, top: i * (PANEL.height + GAP) });
    }
    const whole = HEIGHTS.length * (PANEL.height + GAP) - GAP;
    const canvas = {
      width: PANEL.width + GAP + PANEL.beside,
      height: whole,
      channels: 3,
      background: '#fff',
    } as const;
    const picture = sharp({ create: canvas }).composite(panels).webp({ quality: 82 });
    await writeFile(file, await picture.toBuffer());
  } finally {
    await browser.close();
  }
}

/** The people at a height, as a camera that far away would send them. */
async function panel(rgb: Buffer, boxes: readonly PixelBox[], height: number): Promise<Buffer> {
  const { width, height: whole } = scenario;
  const tall = boxes.reduce((sum, box) => sum + box[3] - box[1], 0) / boxes.length;
  const scale = height / tall;
  const small = await sharp(rgb, { raw: { width, height: whole, channels: 3 } })
    .resize(Math.round(width * scale), Math.round(whole * scale))
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  const top = Math.min(...boxes.map((box) => box[1])) - MARGIN * tall;
  const bottom = Math.max(...boxes.map((box) => box[3])) + MARGIN * tall;
  const middle =
    (Math.min(...boxes.map((box) => box[0])) + Math.max(...boxes.map((box) => box[2]))) / 2;
  const across = ((bottom - top) * PANEL.width) / PANEL.height;
  const cut = {
    left: Math.round((middle - across / 2) * scale),
    top: Math.round(top * scale),
    width: Math.round(across * scale),
    height: Math.round((bottom - top) * scale),
  };
  const asItIs = await sharp(small).extract(cut).png().toBuffer();
  const text = `<svg width="120" height="38"><rect width="120" height="38" fill="#000" fill-opacity="0.6"/>
    <text x="60" y="27" font-family="sans-serif" font-size="24" fill="#fff" text-anchor="middle">${height} px</text></svg>`;
  const large = await sharp(asItIs)
    .resize(PANEL.width, PANEL.height, { fit: 'fill', kernel: 'cubic' })
    .png()
    .toBuffer();
  const size = { width: PANEL.width + GAP + PANEL.beside, height: PANEL.height } as const;
  return sharp({ create: { ...size, channels: 3, background: '#fff' } })
    .composite([
      { input: large, left: 0, top: 0 },
      { input: asItIs, left: PANEL.width + GAP, top: 0 },
      { input: Buffer.from(text), left: 0, top: 0 },
    ])
    .png()
    .toBuffer();
}
