import type { zh } from './zh.ts';

/**
 * Widens literal texts to string and keeps functions, so that another language may differ in texts
 * only.
 */
export type Widened<T> = T extends (...values: infer Values) => string
  ? (...values: Values) => string
  : T extends string
    ? string
    : T extends readonly unknown[]
      ? readonly string[]
      : { readonly [Key in keyof T]: Widened<T[Key]> };

export type Dictionary = Widened<typeof zh>;
