import type { RuleConfig } from '@anshi/contracts';

/** Kinds of rules that are judged on poses. */
const ON_POSES: ReadonlySet<string> = new Set([
  'person-down',
  'hand-in-danger',
  'climbing',
  'phone-use',
]);

/** The pose rules; a camera without one needs no poses. */
export function rulesOnPoses<Rule extends Pick<RuleConfig, 'kind'>>(
  rules: readonly Rule[],
): Rule[] {
  return rules.filter(({ kind }) => ON_POSES.has(kind));
}

/** Whether a camera with these rules needs poses. */
export function needsPoses(rules: readonly Pick<RuleConfig, 'kind'>[]): boolean {
  return rulesOnPoses(rules).length > 0;
}
