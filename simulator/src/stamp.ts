/**
 * A machine-readable wall time in a picture, to measure end-to-end latency. It is placed at the
 * bottom left as two rows of black and white cells:
 *
 *     white  32 cells: the upper 32 bits  black
 *     black  32 cells: the lower 32 bits  white
 *
 * The 64 bits are 48 of milliseconds since 1970 and 16 of CRC, most significant first, white is 1.
 * A cell is 1/60 of the picture's width and 1/32 of its height, so that the stamp survives scaling
 * as well as H264 and JPEG.
 */
const BITS_PER_ROW = 32;
const COLUMNS = BITS_PER_ROW + 2;
const ROWS = 2;
const CELLS_ACROSS = 60;
const CELLS_DOWN = 32;
/** Smaller cells do not survive compression. */
const MIN_CELL = 8;
const BLACK = 16;
const WHITE = 235;
const MAX_MS = 2 ** 48 - 1;
/** Least contrast of black and white, of 255, and largest deviation of a cell from one of them. */
const MIN_CONTRAST = 60;
const MAX_DEVIATION = 0.35;

/** A rectangle of pixels; right and bottom are the first outside. */
export interface PixelArea {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Position of the stamp in a picture of this size.
 *
 * @throws RangeError where the picture is too small for cells of 8 pixels (480x256).
 */
export function stampArea(width: number, height: number): PixelArea {
  if (width < MIN_CELL * CELLS_ACROSS || height < MIN_CELL * CELLS_DOWN) {
    const least = `${MIN_CELL * CELLS_ACROSS}x${MIN_CELL * CELLS_DOWN}`;
    throw new RangeError(
      `a picture of ${width}x${height} is too small for a stamp, at least ${least}`,
    );
  }
  const corner = cellArea(0, 0, width, height);
  return { ...corner, right: cellArea(1, COLUMNS - 1, width, height).right, bottom: height };
}

function cellArea(row: number, column: number, width: number, height: number): PixelArea {
  const [across, down] = [width / CELLS_ACROSS, height / CELLS_DOWN];
  const top = height - (ROWS - row) * down;
  return {
    left: Math.round(column * across),
    top: Math.round(top),
    right: Math.round((column + 1) * across),
    bottom: Math.round(top + down),
  };
}

/**
 * Draws a time into the luma plane (8 bits, video levels, rows without padding).
 *
 * @param ms milliseconds since 1970.
 * @throws RangeError where the time has more than 48 bits, or the picture is too small.
 */
export function drawStamp(luma: Uint8Array, width: number, height: number, ms: number): void {
  if (!Number.isInteger(ms) || ms < 0 || ms > MAX_MS) throw new RangeError(`${ms} is no stamp`);
  stampArea(width, height);
  const bits = toBits(ms);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const { left, top, right, bottom } = cellArea(row, column, width, height);
      const value = isWhite(row, column, bits) ? WHITE : BLACK;
      for (let y = top; y < bottom; y++) luma.fill(value, y * width + left, y * width + right);
    }
  }
}

/** The frame's corners are a pattern that is not part of any time. */
function isWhite(row: number, column: number, bits: readonly boolean[]): boolean {
  if (column === 0) return row === 0;
  if (column === COLUMNS - 1) return row === 1;
  return bits[row * BITS_PER_ROW + column - 1] ?? false;
}

/**
 * Reads the time from a picture.
 *
 * @param pixels rows without padding; grey, RGB or RGBA by their number.
 * @returns milliseconds since 1970; null where there is no stamp, or an invalid one.
 */
export function readStamp(pixels: Uint8Array, width: number, height: number): number | null {
  const channels = pixels.length / (width * height);
  if (![1, 3, 4].includes(channels) || width < CELLS_ACROSS * 3 || height < CELLS_DOWN * 3) {
    return null;
  }
  const level = (row: number, column: number) =>
    meanLuma(pixels, channels, width, cellArea(row, column, width, height));
  const white = (level(0, 0) + level(1, COLUMNS - 1)) / 2;
  const black = (level(1, 0) + level(0, COLUMNS - 1)) / 2;
  if (white - black < MIN_CONTRAST) return null;
  const bits: boolean[] = [];
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const share = (level(row, column) - black) / (white - black);
      if (Math.min(Math.abs(share), Math.abs(share - 1)) > MAX_DEVIATION) return null;
      if (column > 0 && column < COLUMNS - 1) bits.push(share > 0.5);
    }
  }
  const ms = toNumber(bits.slice(0, 48));
  return toNumber(bits.slice(48)) === checksum(ms) ? ms : null;
}

/** The mean of the inner half of a cell, whose rim compression blurs. */
function meanLuma(pixels: Uint8Array, channels: number, width: number, area: PixelArea): number {
  const [marginX, marginY] = [(area.right - area.left) >> 2, (area.bottom - area.top) >> 2];
  let sum = 0;
  let count = 0;
  for (let y = area.top + marginY; y < area.bottom - marginY; y++) {
    for (let x = area.left + marginX; x < area.right - marginX; x++) {
      const at = (y * width + x) * channels;
      // The green channel is enough: the cells are grey.
      sum += pixels[channels === 1 ? at : at + 1] ?? 0;
      count += 1;
    }
  }
  return count > 0 ? sum / count : 0;
}

function toBits(ms: number): boolean[] {
  const bits: boolean[] = [];
  for (let bit = 47; bit >= 0; bit--) bits.push(Math.floor(ms / 2 ** bit) % 2 === 1);
  const check = checksum(ms);
  for (let bit = 15; bit >= 0; bit--) bits.push(((check >> bit) & 1) === 1);
  return bits;
}

const toNumber = (bits: boolean[]): number => bits.reduce((sum, bit) => sum * 2 + Number(bit), 0);

/** CRC-16/CCITT-FALSE over the six bytes of the time. */
function checksum(ms: number): number {
  let crc = 0xffff;
  for (let shift = 40; shift >= 0; shift -= 8) {
    crc ^= (Math.floor(ms / 2 ** shift) & 0xff) << 8;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    }
  }
  return crc;
}
