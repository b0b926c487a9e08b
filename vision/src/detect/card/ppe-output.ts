import { z } from 'zod';

const name = z.string().min(1);

/** Supported export formats of detectors, and the names of their outputs. */
export const ppeOutputSchema = z.discriminatedUnion('head', [
  /**
   * YOLOX: grid rows, coordinates in cells, sizes as logarithms, objectness, classes. A model of several
   * parts lists the strides of each, one after the other.
   */
  z.strictObject({
    head: z.literal('yolox-grid'),
    name,
    strides: z.array(z.number().int().positive()).min(1),
  }),
  /** YOLOX with its boxes decoded: rows of cx, cy, w, h in pixels, objectness, classes. */
  z.strictObject({ head: z.literal('yolox-decoded'), name }),
  /** YOLOv8, YOLO11: rows of cx, cy, w, h in pixels, then one row per class. */
  z.strictObject({ head: z.literal('yolov8'), name }),
  /** RT-DETR: logits, and boxes as shares. */
  z.strictObject({ head: z.literal('rtdetr'), logits: name, boxes: name }),
  /** RT-DETR in one output: rows of boxes as shares, then probabilities. */
  z.strictObject({ head: z.literal('rtdetr-rows'), name }),
  /** RT-DETR with its post-processing, which has the picture size as an input. */
  z.strictObject({
    head: z.literal('rtdetr-final'),
    labels: name,
    boxes: name,
    scores: name,
    /** The input for width and height, int64 of 1 x 2. */
    sizeInput: name,
  }),
]);

export type PpeOutput = z.infer<typeof ppeOutputSchema>;

/** The outputs that the head of a card reads, in its order, by the field that names each. */
export function outputsOf(output: PpeOutput): { readonly field: string; readonly name: string }[] {
  const named = (...fields: [field: string, name: string][]) =>
    fields.map(([field, name]) => ({ field: `output.${field}`, name }));
  switch (output.head) {
    case 'rtdetr':
      return named(['logits', output.logits], ['boxes', output.boxes]);
    case 'rtdetr-final':
      return named(['labels', output.labels], ['boxes', output.boxes], ['scores', output.scores]);
    default:
      return named(['name', output.name]);
  }
}
