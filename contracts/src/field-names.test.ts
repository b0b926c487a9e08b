import { expect, it } from 'vitest';
import { fieldName } from './field-names.ts';

it('names a field of a change in both languages, and leaves one that it does not know', () => {
  expect(fieldName('hiredOn', 'zh')).toBe('入职日期');
  expect(fieldName('hiredOn', 'en')).toBe('hired on');
  expect(fieldName('constructor', 'zh')).toBe('constructor');
});
