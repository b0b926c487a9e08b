import { expect, it } from 'vitest';
import { sourceSystem } from './source-system.ts';

it('names own sources in both languages, and others as they named themselves', () => {
  expect(sourceSystem('demo', 'zh-CN')).toBe('演示数据');
  expect(sourceSystem('demo', 'en')).toBe('Demonstration');
  expect(sourceSystem('sap-hr', 'zh-CN')).toBe('sap-hr');
  expect(sourceSystem('constructor', 'en')).toBe('constructor');
});
