import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'rule.unknown': ['没有这条规则。', 'There is no such rule.'],
  'rule.override-unknown': ['没有这个企业值。', 'There is no such value of the company.'],
  'rule.fixed': [
    '这条规则没有可由企业设定的数值。',
    'This rule has no number that a company can set.',
  ],
  'rule.override-days': [
    '日期不正确：首日须为今天或以后，末日不早于首日。',
    'The days cannot be: it begins today or later, and ends on its first day or later.',
  ],
  'rule.override-overlaps': [
    '这些日期内已有企业值，请先结束它或另选日期。',
    'The company has a value in these days already: end it first, or take other days.',
  ],
  'rule.override-over': [
    '该企业值已经结束，请重新打开。',
    'This value has ended already; open the rule again.',
  ],
});
