import { z } from 'zod';

const hasControl = (text: string, but = '') =>
  [...text].some((one) => /\p{Cc}/u.test(one) && !but.includes(one));

/**
 * One line of at most `max` characters, trimmed. Control characters are refused, against injection
 * into logs, lists and spreadsheets.
 */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !hasControl(text), 'must not contain control characters or line breaks');

/** Text of at most `max` characters with line breaks and tabs, and no other control characters. */
export const prose = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !hasControl(text, '\n\r\t'), 'must not contain control characters');

/** A calendar day, `2026-11-27`. */
export const day = z.iso.date();

/** Comma-separated values as a list, any of which may match. For query parameters. */
export const commaSeparated = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .max(1000)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item).max(50));

/** The version of a record that a change is based on. */
export const lookedAtVersion = z
  .number()
  .int()
  .min(1)
  .describe('The version that the change is based on.');

/** The query parameters of pagination. */
export const pageQuery = ({ usual = 50, most = 200 }: { usual?: number; most?: number } = {}) => ({
  limit: z.coerce.number().int().min(1).max(most).default(usual),
  cursor: z.string().max(500).optional().describe('The field next of the last page.'),
});

/** A page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('The cursor of the next page; null at the end.'),
  });

/** Serialises a `Date` of a day column; null stays null. */
export function dayText(date: Date): string;
export function dayText(date: Date | null): string | null;
export function dayText(date: Date | null): string | null {
  return date?.toISOString().slice(0, 10) ?? null;
}

/** The `Date` of a day, for a day column; null stays null. */
export function dayDate(day: string): Date;
export function dayDate(day: string | null): Date | null;
export function dayDate(day: string | null): Date | null {
  return day === null ? null : new Date(day);
}
