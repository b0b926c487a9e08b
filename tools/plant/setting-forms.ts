import { z } from 'zod';

/** A port; 0 picks a free one. */
export const port = z.coerce
  .number('must be a port number')
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(65_535, 'must be 0 to 65535');

/** An address of these protocols. */
export const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be an address such as ${example}` });

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/** An environment variable: how it is checked, and how the README describes it. */
export interface Setting {
  schema: z.ZodType;
  /** Shown in the README; empty where there is none. */
  default: string;
  zh: string;
  en: string;
}
