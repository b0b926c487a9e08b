import type { InferenceSession } from 'onnxruntime-node';
import { outputsOf, type PpeCard } from './card/ppe.ts';
import { ITEM_ANSWERS, type VerdictCard } from './card/verdict.ts';
import { shapeText } from './head-parts.ts';
import type { ModelCard } from './model-card.ts';

type Metadata = InferenceSession.ValueMetadata;
type Shape = readonly (number | string)[];

/** The outputs that a card reads, and its size input. */
export function namesOf(card: ModelCard | VerdictCard): {
  names: string[];
  sizeInput: string | undefined;
} {
  return {
    names: fieldsOf(card).map(({ name }) => name),
    sizeInput: 'sizeInput' in card.output ? card.output.sizeInput : undefined,
  };
}

function fieldsOf(
  card: ModelCard | VerdictCard,
): { readonly field: string; readonly name: string }[] {
  if (card.task === 'ppe-detection') return outputsOf(card.output);
  return [{ field: 'output.name', name: card.output.name }];
}

/**
 * Compares a card with the declared inputs and outputs of the weights.
 *
 * @returns the field of the card that does not match, with both values, or undefined where all
 *   declared values match.
 */
export function misfit(
  card: ModelCard | VerdictCard,
  inputs: readonly Metadata[],
  outputs: readonly Metadata[],
): string | undefined {
  const problem = inputMisfit(card, inputs) ?? outputMisfit(card, outputs);
  return problem && card.task === 'ppe-verdict' ? `verdict.${problem}` : problem;
}

function inputMisfit(
  card: ModelCard | VerdictCard,
  inputs: readonly Metadata[],
): string | undefined {
  const { input } = card;
  const { sizeInput } = namesOf(card);
  const missing = lacks('input.name', input.name, inputs);
  if (missing) return missing;
  if (sizeInput !== undefined) {
    const noSize = lacks('output.sizeInput', sizeInput, inputs);
    if (noSize) return noSize;
    const told = named(inputs, sizeInput);
    if (told.type !== 'int64') return `output.sizeInput: takes ${told.type}, not int64`;
  }
  const other = inputs.find(({ name }) => name !== input.name && name !== sizeInput);
  if (other) return `input.name: the weights have another input "${other.name}", the card has none`;
  const { type, shape } = named(inputs, input.name);
  if (type !== 'float32') {
    return `input.name: the weights take ${type}; export them so that they take float32`;
  }
  const text = shapeText(shape);
  if (shape.length !== 4) return `input.layout: nchw has four sizes, the weights take ${text}`;
  const [batch, channels, height, width] = shape;
  if (!fits(batch, 1)) {
    return `input.name: the weights take ${text}; export them with a batch size of 1`;
  }
  if (!fits(channels, 3)) return `input.layout: nchw has 3 channels, the weights take ${text}`;
  if (typeof height !== 'number' || typeof width !== 'number') return undefined;
  if (height !== width || width !== input.size) {
    return `input.size: the card says ${input.size}, the weights take ${text} and no other size`;
  }
  if ('multiple' in input && input.multiple !== input.size) {
    return `input.multiple: the weights take ${text} and no other size, so it must be ${input.size}`;
  }
  if ('region' in card && card.region.size !== input.size) {
    return `region.size: the card says ${card.region.size}, the weights take ${text} and no other size`;
  }
  return undefined;
}

function outputMisfit(
  card: ModelCard | VerdictCard,
  outputs: readonly Metadata[],
): string | undefined {
  for (const { field, name } of fieldsOf(card)) {
    const missing = lacks(field, name, outputs);
    if (missing) return missing;
    const { type } = named(outputs, name);
    if (type === 'float16' || type === 'float64') {
      return `${field}: "${name}" gives ${type}; export the weights so that they give float32`;
    }
  }
  if (card.task === 'ppe-verdict') return answersMisfit(card, outputs);
  return card.task === 'ppe-detection' ? headMisfit(card, outputs) : undefined;
}

/** A classifier gives three probabilities for each item. */
function answersMisfit(card: VerdictCard, outputs: readonly Metadata[]): string | undefined {
  const { shape } = named(outputs, card.output.name);
  const wanted = [1, card.items.length, ITEM_ANSWERS.length];
  if (shape.length === 0) return undefined;
  if (shape.length === 3 && wanted.every((size, axis) => fits(shape[axis], size))) return undefined;
  return `items: the card names ${card.items.join(', ')}, so the weights must give ${wanted.join(' x ')}, not ${shapeText(shape)}`;
}

/** The axis of an output that holds the classes, and how many values precede them. */
function headMisfit(card: PpeCard, outputs: readonly Metadata[]): string | undefined {
  const count = card.classes.length;
  const { output } = card;
  const of = (name: string) => named(outputs, name).shape;
  switch (output.head) {
    case 'yolox-grid':
    case 'yolox-decoded':
      return sizeMisfit('output.name', of(output.name), 2, 5, count);
    case 'yolov8':
      return sizeMisfit('output.name', of(output.name), 1, 4, count);
    case 'rtdetr-rows':
      return sizeMisfit('output.name', of(output.name), 2, 4, count);
    case 'rtdetr':
      return (
        sizeMisfit('output.logits', of(output.logits), 2, 0, count) ??
        sizeMisfit('output.boxes', of(output.boxes), 2, 4, 0)
      );
    case 'rtdetr-final':
      return sizeMisfit('output.boxes', of(output.boxes), 2, 4, 0);
  }
}

function sizeMisfit(
  field: string,
  shape: Shape,
  axis: number,
  before: number,
  classes: number,
): string | undefined {
  // No shape is declared: the first run will show.
  if (shape.length === 0) return undefined;
  const wanted = before + classes;
  const sizes = ['1', 'boxes', 'boxes'].with(axis, String(wanted));
  const text = `the card declares ${sizes.join(' x ')}, the weights give ${shapeText(shape)}`;
  if (shape.length !== 3) return `${field}: ${text}`;
  const found = shape[axis];
  if (fits(found, wanted)) return undefined;
  if (shape[3 - axis] === wanted) return `output.head: ${text}: transposed`;
  if (classes === 0) return `${field}: ${text}`;
  const there = Number(found) - before;
  return there > 0 && there < 1000
    ? `classes: the card has ${classes}, the weights have ${there} if the head is right (${text})`
    : `output.head: ${text}`;
}

/** Sizes known only at run time have names, or are not above zero. */
const fits = (found: number | string | undefined, wanted: number) =>
  typeof found !== 'number' || found <= 0 || found === wanted;

function lacks(field: string, name: string, there: readonly Metadata[]): string | undefined {
  if (there.some((one) => one.name === name)) return undefined;
  const names = there.map((one) => one.name).join(', ');
  return `${field}: the card says "${name}", the weights have ${names}`;
}

function named(there: readonly Metadata[], name: string): { type: string; shape: Shape } {
  const one = there.find((value) => value.name === name);
  return one?.isTensor ? one : { type: 'no tensor', shape: [] };
}

/** Why the runtime cannot run the weights, and what to do. */
export function unusable({ message }: Error): string {
  // The location in the runtime's source is of no use to the reader.
  const reason = message
    .split('\n')[0]!
    .replace(/:?\/\S*onnxruntime\/core\/\S+:\d+ .*?\) (?=[A-Z])/, ': ')
    .slice(0, 400);
  const hint = /opset|IR version/i.test(message)
    ? '; export them with a lower opset'
    : /not a registered function|No Op registered|Could not find an implementation|is not a registered/i.test(
          message,
        )
      ? '; export them without this operator, with standard ONNX operators only'
      : '';
  return `the runtime cannot run the weights: ${reason}${hint}`;
}
