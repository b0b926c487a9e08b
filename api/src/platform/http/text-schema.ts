import { z } from 'zod';

const hasControl = (text: string, but = '') =>
  [...text].some((one) => /\p{Cc}/u.test(one) && !but.includes(one));

/** One line: control characters, such as those that would forge a line of a log, are refused. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !hasControl(text), 'must not contain control characters or line breaks');

/** Text with line breaks and tabs, and no other control characters. */
export const prose = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !hasControl(text, '\n\r\t'), 'must not contain control characters');
