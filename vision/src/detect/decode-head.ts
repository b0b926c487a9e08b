import { labelsOf, type PpeCard } from './card/ppe.ts';
import type { DecodeHead } from './head-parts.ts';
import { RtdetrFinalHead, RtdetrHead, RtdetrRowsHead } from './rtdetr.ts';
import { YoloColumnsHead } from './yolo-columns.ts';
import { YoloRowsHead } from './yolo-rows.ts';
import { YoloxGridHead } from './yolox-grid.ts';

/**
 * The reader for a card's output.
 *
 * @param scoreFloor in place of the `keep` thresholds of the card.
 */
export function decodeHeadFor(card: PpeCard, scoreFloor?: number): DecodeHead {
  const classes = labelsOf(card).map((label) => ({
    label,
    keep: label === null ? Number.POSITIVE_INFINITY : (scoreFloor ?? card.thresholds[label]!.keep),
  }));
  switch (card.output.head) {
    case 'yolox-grid':
      return new YoloxGridHead(classes, card.output.strides);
    case 'yolox-decoded':
      return new YoloRowsHead(classes);
    case 'yolov8':
      return new YoloColumnsHead(classes);
    case 'rtdetr':
      return new RtdetrHead(classes);
    case 'rtdetr-rows':
      return new RtdetrRowsHead(classes);
    case 'rtdetr-final':
      return new RtdetrFinalHead(classes);
  }
}
