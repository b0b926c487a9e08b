import type { CameraRule, RuleConfig, ViolationSubject } from '@anshi/contracts';

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
  loitering: { confirm: 60, clear: 5 },
  'over-occupancy': { confirm: 5, clear: 10 },
  'lone-work': { confirm: 120, clear: 10 },
  'unattended-machine': { confirm: 60, clear: 5 },
} as const satisfies Record<RuleConfig['kind'], { confirm: number; clear: number }>;

/** Helmets and vests are sometimes misclassified for a second or two, ms. */
export const PPE_DOUBT_MS = 6_000;
/** Parameters of stays; also in models/operation/loitering.yaml. */
export const STAY = {
  /** An absence of this length begins the time again, ms: feet on the edge of a zone waver. */
  graceMs: 2_000,
} as const;

type Memory = 'evidence' | 'crossing' | 'dwell' | 'scene';

/** How a kind of rule is judged; `evidence` where it is not listed. */
const MEMORIES: Partial<Record<RuleConfig['kind'], Memory>> = {
  'line-crossing': 'crossing',
  climbing: 'crossing',
  loitering: 'dwell',
  'over-occupancy': 'scene',
  'lone-work': 'scene',
  'unattended-machine': 'scene',
};

/** What a record of a rule is about. */
export const subjectOf = (kind: RuleConfig['kind']): ViolationSubject =>
  kind === 'unattended-machine' ? 'machine' : MEMORIES[kind] === 'scene' ? 'zone' : 'person';

/** One condition to watch; a PPE rule for two items gives two of them. */
export interface Watch {
  readonly key: string;
  readonly rule: RuleConfig;
  readonly violation: CameraRule;
  /** The item of a `missing-ppe` rule, else null. */
  readonly item: string | null;
  /** The kind of its memory: of each actor, or `scene` for one of the whole picture. */
  readonly memory: Memory;
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
      return [
        {
          key: rule.id,
          rule,
          violation: rule.kind,
          item: null,
          memory: MEMORIES[rule.kind] ?? 'evidence',
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
