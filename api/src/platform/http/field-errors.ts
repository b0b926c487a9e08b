import type { FastifySchemaValidationError } from 'fastify';
import { z } from 'zod';
import type { Bilingual } from '../manifest.ts';

/** What is wrong with one field of a request. */
export interface FieldError {
  /** The path of the field, such as `fields.new-version`; `body.` in front is optional. */
  field: string;
  /** For programs and logs, in English. */
  message: string;
  /** For people, in the language of the page. */
  text: Bilingual;
}

/** An error of one field, in both languages. */
export const fieldError = (field: string, zh: string, en: string): FieldError => ({
  field,
  message: en,
  text: { zh, en },
});

// The locales of the schema library, whose English is the message of an issue without one of its own.
const inEnglish = z.locales.en().localeError;
const inChinese = z.locales.zhCN().localeError;
const textOf = (message: ReturnType<typeof inEnglish>): string | undefined =>
  typeof message === 'string' ? message : message?.message;

/** An error whose message is in English only: of files that engineers write, and of schemas with words of their own. */
export const untranslated = (field: string, message: string): FieldError =>
  fieldError(field, message, message);

/** An input of each type that a message names: the schema library does not keep the input itself. */
const samples: Readonly<Record<string, unknown>> = {
  string: '',
  number: 0,
  boolean: true,
  array: [],
  object: {},
  null: null,
  NaN: Number.NaN,
};
const received = (message: string): unknown => samples[/received (\w+)$/.exec(message)?.[1] ?? ''];

/** The error of a field that does not match its schema. */
export function schemaError(
  context: string | undefined,
  { instancePath, keyword, message = 'is not valid', params }: FastifySchemaValidationError,
): FieldError {
  const path = instancePath.split('/').filter(Boolean);
  const field = [context, ...path].filter(Boolean).join('.');
  const issue = {
    ...params,
    code: keyword,
    path,
    input: received(message),
  } as unknown as Parameters<typeof inEnglish>[0];
  const chinese = textOf(inEnglish(issue)) === message ? textOf(inChinese(issue)) : undefined;
  return chinese === undefined ? untranslated(field, message) : fieldError(field, chinese, message);
}
