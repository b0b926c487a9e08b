import type { RuleConfig, ViolationRule } from '@anshi/contracts';

/** Default of the rule's parameter, seconds. */
export const DEFAULT_TIMES = {
  'missing-ppe': { confirm: 2, clear: 5 },
  'zone-intrusion': { confirm: 1, clear: 3 },
  'line-crossing': { confirm: 0, clear: 3 },
  'person-down': { confirm: 3, clear: 5 },
  'hand-in-danger': { confirm: 0.5, clear: 2 },
  running: { confirm: 1, clear: 3 },
  climbing: { confirm: 0, clear: 3 },
  'phone-use': { confirm: 5, clear: 5 },
} as const satisfies Record<RuleConfig['kind'], { confirm: number; clear: number }>;

/** Helmets and vests are sometimes misclassified for a second or two, ms. */
const PPE_DOUBT_MS = 6_000;

/** One condition to watch; a PPE rule for two items gives two of them. */
export interface Watch {
  readonly key: string;
  readonly rule: RuleConfig;
  readonly violation: ViolationRule;
  /** The item of a `missing-ppe` rule, else null. */
  readonly item: string | null;
  /** Key of its memory in each actor. */
  readonly memory: 'evidence' | 'crossing';
  /** Milliseconds. */
  readonly confirm: number;
  readonly clear: number;
  readonly doubt: number;
}

export function watchesOf(rules: readonly RuleConfig[]): Watch[] {
  return rules.flatMap((rule): Watch[] => {
    const times = DEFAULT_TIMES[rule.kind];
    const confirm = 1000 * (rule.confirmSeconds ?? times.confirm);
    const clear = 1000 * (rule.clearSeconds ?? times.clear);
    if (rule.kind !== 'missing-ppe') {
      const memory = rule.kind === 'line-crossing' || rule.kind === 'climbing';
      return [
        {
          key: rule.id,
          rule,
          violation: rule.kind,
          item: null,
          memory: memory ? 'crossing' : 'evidence',
          confirm,
          clear,
          doubt: 0,
        },
      ];
    }
    return [...new Set(rule.items)].map((item) => ({
      key: `${rule.id}/${item}`,
      rule,
      violation: rule.kind,
      item,
      memory: 'evidence',
      confirm,
      clear,
      doubt: PPE_DOUBT_MS,
    }));
  });
}
