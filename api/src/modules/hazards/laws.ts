import { citationOf } from '../../platform/rules/law/forms.ts';
import { rulesAbout } from '../../platform/rules/law/shipped.ts';
import type { RuleValue } from '../../platform/rules/types.ts';
import type { HazardLaw } from './setup-schema.ts';

const idsIn = (value: RuleValue): string[] =>
  value.kind === 'list' ? value.items.map(({ id }) => id) : [];

/** The value of each rule as other systems read it. */
const readAs: Readonly<Record<string, (value: RuleValue) => HazardLaw['value']>> = {
  'hazard-levels': (value) => ({ levels: idsIn(value) }),
  'hazard-report-duty': (value) => Object.fromEntries(idsIn(value).map((id) => [id, true])),
  'hazard-plan-elements': (value) => ({ fields: idsIn(value) }),
  'hazard-record-penalty': (value) =>
    value.kind === 'amount' ? { maximumYuan: value.amount } : {},
};

/** The versions of the rules that the flow follows, by id and first day. */
export const hazardLawVersions = (): HazardLaw[] =>
  rulesAbout('hazards')
    .flatMap(({ id, title, versions }) =>
      versions.map(({ from, to, text, value, source, certainty }) => ({
        id,
        // Each of these rules has a first day: a test holds it.
        effectiveFrom: from ?? '',
        effectiveTo: to,
        title,
        text,
        value: value === null ? {} : (readAs[id]?.(value) ?? {}),
        source: citationOf(source, 'zh'),
        certainty,
      })),
    )
    .sort((a, b) => (a.id + a.effectiveFrom < b.id + b.effectiveFrom ? -1 : 1));
