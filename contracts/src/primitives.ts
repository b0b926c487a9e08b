import { z } from 'zod';

/**
 * An identifier for files and addresses: lower-case letters, digits and hyphens, at most 64, so
 * that it is safe in MQTT topics, file names and URLs.
 */
export const slug = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case letters, digits and single hyphens');

/** A universally unique, time-ordered identifier (https://github.com/ulid/spec). */
export const ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be a ULID');

/** An instant, RFC 3339 in UTC with milliseconds. */
export const instant = z.iso.datetime({ offset: true });

/** A lower-case hexadecimal SHA-256 digest. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest in hexadecimal');

/** A name or a sentence in both languages of the product. */
export const bilingual = z.strictObject({
  zh: z.string().min(1).describe('In Chinese.'),
  en: z.string().min(1).describe('In English.'),
});
export type Bilingual = z.infer<typeof bilingual>;

/** [x, y]. In a picture: pixels from the top-left corner, y down. On a floor: metres, y north. */
export const point = z.tuple([z.number(), z.number()]);
export type Point = z.infer<typeof point>;

/** [left, top, right, bottom] in pixels of the camera's `picture`, from the top-left corner. */
export const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.infer<typeof box>;

/** A probability-like score. */
export const score = z.number().min(0).max(1);

/** The trace and span of the cause (https://www.w3.org/TR/trace-context/#traceparent-header). */
export const traceparent = z
  .string()
  .regex(
    /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/,
    'must be a traceparent of W3C Trace Context',
  );
