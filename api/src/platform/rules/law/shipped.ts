import { dayAt, versionOn } from '../rule-at.ts';
import type { Rule, RuleVersion, Subject } from '../types.ts';
import { hazardLaws } from './hazards.ts';
import { privacyDuties } from './privacy.ts';
import { specialEquipment } from './special-equipment.ts';
import { specialWork } from './special-work.ts';
import { drillIntervals, trainingHours } from './training.ts';

/**
 * The rules of law of this version of the program. A later version of the program may add rules and
 * versions and correct them; overrides of companies lie in the database and stay as they are.
 */
export const shippedRules: readonly Rule[] = [
  ...specialWork,
  ...trainingHours,
  ...drillIntervals,
  ...specialEquipment,
  ...hazardLaws,
  ...privacyDuties,
];

export const rulesAbout = (subject: Subject): readonly Rule[] =>
  shippedRules.filter((one) => one.subject === subject);

/** Laws of the PRC begin and end at midnight in Beijing. */
const LAW_ZONE = 'Asia/Shanghai';

/**
 * The version of the law itself, for what is the same for every company; `ruleAt` has the overrides.
 *
 * @returns the version in force; where none is, the newest one.
 * @throws RangeError for an id that no rule has.
 */
export function lawAt(id: string, instant = new Date()): RuleVersion {
  const rule = shippedRules.find((one) => one.id === id);
  const version = rule && (versionOn(rule, dayAt(instant, LAW_ZONE)) ?? rule.versions.at(-1));
  if (!version) throw new RangeError(`there is no rule "${id}"`);
  return version;
}
