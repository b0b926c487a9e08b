import { type CloseLook, longestSide } from './look-regions.ts';
import type { PpeCard } from './model-card.ts';
import { fullPassSize } from './model-session.ts';

/**
 * Tensor pixels per picture pixel of a search: somebody whose helmet is 12 px high is 70 to 90 px
 * tall then, which the model finds, and 30 to 40 in the full pass of a 1280x720 picture, which it
 * mostly does not.
 */
const SCALE = 0.8;

/**
 * Tiles that cover a picture at nearly its own resolution, in which people are found who are too
 * far away for the full pass. They overlap by the height of the tallest who need it, so that each of
 * those lies whole in one.
 *
 * @returns from left to right, line by line; none where the full pass is as fine as a search.
 */
export function searchTiles(
  card: PpeCard,
  picture: { readonly width: number; readonly height: number },
): CloseLook[] {
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

/** As few stretches as cover a side, all of one length. */
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
