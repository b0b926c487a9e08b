import { type Crop, longestSide } from './crop-layout.ts';
import type { PpeCard } from './model-card.ts';
import { fullPassSize } from './model-session.ts';

/**
 * Tensor pixels per picture pixel of a search. A person with a helmet of 12 px is then 70 to 90 px
 * tall, which the model detects; in the full pass of a 1280x720 picture 30 to 40 px, which it
 * mostly misses.
 */
const SCALE = 0.8;

/**
 * Tiles that cover a picture at nearly its own resolution, to detect people too distant for the
 * full pass. Their overlap is the height of the tallest such person, so that each lies whole in one
 * tile.
 *
 * @returns from left to right, row by row; none where the full pass has that resolution.
 */
export function searchTiles(
  card: PpeCard,
  picture: { readonly width: number; readonly height: number },
): Crop[] {
  const full = fullPassSize(card, picture.width, picture.height);
  const fullScale = Math.min(full.width / picture.width, full.height / picture.height);
  if (fullScale >= SCALE) return [];
  const overlap = card.region.belowHeight / 3 / fullScale;
  const columns = cover(picture.width, overlap, card);
  const lines = cover(picture.height, overlap, card);
  return lines.starts.flatMap((top) =>
    columns.starts.map((left) => ({
      people: [],
      region: { left, top, width: columns.length, height: lines.length },
      width: columns.tensor,
      height: lines.tensor,
    })),
  );
}

/** The fewest equal intervals that cover a side. */
function cover(side: number, overlap: number, card: PpeCard) {
  const { input } = card;
  const longest = longestSide(card) / SCALE;
  const count =
    side <= longest ? 1 : Math.ceil((side - overlap) / Math.max(longest / 2, longest - overlap));
  const wanted = (side - overlap) / count + overlap;
  const tensor = input.multiple * Math.ceil((Math.min(side, wanted) * SCALE) / input.multiple);
  const length = Math.min(side, tensor / SCALE);
  const step = count === 1 ? 0 : (side - length) / (count - 1);
  return { tensor, length, starts: Array.from({ length: count }, (_, i) => i * step) };
}
