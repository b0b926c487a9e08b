import { expect, it } from 'vitest';
import { maskNames } from './masking.ts';

it('takes names of others out, and leaves the own one', () => {
  const names = ['王安', '李敏', '李敏华', 'Li', 'A. Meyer'];
  expect(maskNames('王安全与李敏华、李敏、王安', names, '王安全')).toBe('王安全与***、***、***');
  expect(maskNames('Live job of Li with A. Meyer and AxMeyer', names, 'Bo')).toBe(
    'Live job of *** with *** and AxMeyer',
  );
  expect(maskNames('焊接', [], 'Bo')).toBe('焊接');
  expect(maskNames('with wang anquan and BO', ['Wang Anquan'], 'Bo')).toBe('with *** and BO');
});

it('a name with marks of a pattern is text', () => {
  expect(maskNames('a (x) b [x-y] c', ['(x)', '[x-y]'], '*')).toBe('a *** b *** c');
});
