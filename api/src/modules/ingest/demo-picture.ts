import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { DemoScene } from './demo-scenes.ts';

export const PICTURE = { width: 1280, height: 720 };

/** A person at `x`, without a hard hat where that is what is missing; with a blurred face in the rendition. */
function person(x: number, coat: string, hat: boolean, isBlurred: boolean): string {
  const face = isBlurred
    ? `<rect x="${x - 46}" y="214" width="92" height="104" fill="#8b8177"/>`
    : `<circle cx="${x}" cy="266" r="44" fill="#d3a47c"/><path d="M${x - 44} 258 a44 44 0 0 1 88 0 z" fill="#2b2119"/>`;
  const helmet = hat
    ? `<path d="M${x - 54} 250 a54 50 0 0 1 108 0 z" fill="#e9c62b"/><rect x="${x - 62}" y="246" width="124" height="10" rx="5" fill="#e9c62b"/>`
    : '';
  return `<rect x="${x - 48}" y="316" width="96" height="170" rx="18" fill="${coat}"/>
    <rect x="${x - 42}" y="480" width="36" height="150" fill="#20262e"/><rect x="${x + 6}" y="480" width="36" height="150" fill="#20262e"/>
    ${face}${helmet}`;
}

/**
 * A drawn picture of a scene.
 *
 * @param isBlurred as the rendition is, which people see.
 */
export async function drawScene(
  { item, isCrowded, coat }: DemoScene,
  isBlurred: boolean,
): Promise<{ bytes: Buffer; sha256: string }> {
  const behind =
    '<rect x="860" y="300" width="230" height="250" rx="10" fill="#c9661f"/><path d="M930 300 l-60 -140 l60 -20 l60 160 z" fill="#d9771f"/>';
  const other = isCrowded ? person(760, '#d8d23a', true, isBlurred) : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE.width}" height="${PICTURE.height}">
    <rect width="1280" height="470" fill="#b9c0c4"/><rect y="470" width="1280" height="250" fill="#6f7478"/>
    ${behind}${other}${person(636, coat, item === 'vest', isBlurred)}</svg>`;
  const bytes = await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer();
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
