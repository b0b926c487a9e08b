import { violationRule } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { seedTypes } from './dictionaries.ts';

it('each rule of the judge is of one type of hazard of a new company', () => {
  const mapped = seedTypes.flatMap(({ violationRules }) => violationRules);
  expect(mapped.sort()).toEqual([...violationRule.options].sort());
});
