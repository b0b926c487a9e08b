import type { zh } from './zh.ts';

/** Literal texts widened to string, functions kept, so that another language can differ in words only. */
export type Widened<T> = T extends (...values: infer Values) => string
  ? (...values: Values) => string
  : T extends string
    ? string
    : T extends readonly unknown[]
      ? readonly string[]
      : { readonly [Key in keyof T]: Widened<T[Key]> };

export type Dictionary = Widened<typeof zh>;
