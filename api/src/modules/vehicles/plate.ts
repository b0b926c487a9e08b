/**
 * Plates of GA 36-2018: province, letter of the city, and five characters without I and O, the last one of trailers,
 * training cars and those of the police its word; of new-energy vehicles six, the first one (small) or the last one
 * (large) the letter of its energy.
 */
const ROAD =
  /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[A-HJK])$/;
/** Begins as a road plate does: then it has to be one. */
const LIKE_ROAD =
  /^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9挂学警港澳]*$/;
/** A number of the company, such as FL-01 or 厂内0123. */
const INTERNAL = /^[A-Z0-9\u4e00-\u9fff]+(?:-[A-Z0-9\u4e00-\u9fff]+)*$/;
const SEPARATORS = /[\s·•・.‧_-]+/g;
/** Of a number of the company without separators. */
const [SHORTEST, LONGEST] = [2, 16];

export interface Plate {
  /** As it is written: 苏D·12345, FL-01. */
  readonly shown: string;
  /** Without separators: two spellings of a plate have one. */
  readonly key: string;
}

/**
 * Reads a plate or a number of the company as people write it: full-width characters, lower case, dots and blanks.
 *
 * @returns null for what is neither: a road plate with a wrong character is no number of the company.
 */
export function readPlate(text: string): Plate | null {
  const plain = text.normalize('NFKC').trim().toUpperCase();
  const key = plain.replace(SEPARATORS, '');
  if (ROAD.test(key)) return { shown: `${key.slice(0, 2)}·${key.slice(2)}`, key };
  if (LIKE_ROAD.test(key) && key.length >= 6) return null;
  const shown = plain.replace(SEPARATORS, '-').replace(/^-|-$/g, '');
  if (key.length < SHORTEST || key.length > LONGEST || !INTERNAL.test(shown)) return null;
  return { shown, key };
}
