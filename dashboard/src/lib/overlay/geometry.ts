import type { Box, Point } from '@anshi/contracts';

export interface Size {
  width: number;
  height: number;
}

export interface Rect extends Size {
  x: number;
  y: number;
}

/** Where `object-fit: contain` shows a picture inside an element, in the element's pixels. */
export function containRect(picture: Size, element: Size): Rect {
  if (picture.width <= 0 || picture.height <= 0) return { x: 0, y: 0, ...element };
  const scale = Math.min(element.width / picture.width, element.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (element.width - width) / 2, y: (element.height - height) / 2, width, height };
}

/** A point of the picture in pixels -> the same point in the shown rectangle. */
export function mapPoint([x, y]: Point | readonly number[], picture: Size, shown: Rect): Point {
  return [
    shown.x + ((x ?? 0) / picture.width) * shown.width,
    shown.y + ((y ?? 0) / picture.height) * shown.height,
  ];
}

/** A box [left, top, right, bottom] of the picture -> the rectangle to draw. */
export function mapBox(box: Box | readonly number[], picture: Size, shown: Rect): Rect {
  const [left, top] = mapPoint([box[0] ?? 0, box[1] ?? 0], picture, shown);
  const [right, bottom] = mapPoint([box[2] ?? 0, box[3] ?? 0], picture, shown);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * The crop of a picture around a person, with the aspect ratio of its frame; always inside the
 * picture, at least `least` of its width; `margin` is its height relative to the box.
 */
export function cropAround(
  box: readonly number[],
  picture: Size,
  aspect: number,
  least = 0.28,
  margin = 1.5,
): Rect {
  const [left = 0, top = 0, right = 0, bottom = 0] = box;
  const wanted = Math.max(
    (bottom - top) * margin * aspect,
    (right - left) * 1.6,
    picture.width * least,
  );
  const width = Math.min(wanted, picture.width, picture.height * aspect);
  const height = width / aspect;
  const clamp = (value: number, most: number): number =>
    Math.min(Math.max(value, 0), Math.max(0, most));
  return {
    x: clamp((left + right) / 2 - width / 2, picture.width - width),
    y: clamp((top + bottom) / 2 - height / 2, picture.height - height),
    width,
    height,
  };
}
