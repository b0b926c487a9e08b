import { expect, it } from 'vitest';
import { hazardLawVersions } from './laws.ts';
import { hazardLaw } from './setup-schema.ts';

it('the rules of the flow keep the ids, days and values that other systems read', () => {
  const found = hazardLawVersions();
  for (const one of found) hazardLaw.parse(one);
  expect(
    found.map(({ id, effectiveFrom, certainty, value }) => ({
      id,
      effectiveFrom,
      certainty,
      value,
    })),
  ).toEqual([
    {
      id: 'hazard-levels',
      effectiveFrom: '2008-02-01',
      certainty: 'text',
      value: { levels: ['general', 'major'] },
    },
    {
      id: 'hazard-plan-elements',
      effectiveFrom: '2008-02-01',
      certainty: 'memory',
      value: { fields: ['responsible', 'plan-measures', 'funds', 'due-by', 'contingency'] },
    },
    {
      id: 'hazard-record-penalty',
      effectiveFrom: '2021-09-01',
      certainty: 'text',
      value: { maximumYuan: 100_000 },
    },
    {
      id: 'hazard-report-duty',
      effectiveFrom: '2021-09-01',
      certainty: 'text',
      value: { regulator: true, congress: true, employees: true },
    },
  ]);
});
