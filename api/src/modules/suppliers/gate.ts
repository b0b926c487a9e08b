import type { Bilingual } from '../../platform/manifest.ts';

/** The purpose of a clearance. */
export type Purpose = 'buy' | 'dispose';

/** The relevant data of a qualification. Days are `YYYY-MM-DD` at the plant. */
export interface GateQualification {
  kind: string;
  validFrom: string;
  /** The last valid day; null without an end. */
  validUntil: string | null;
  revoked: boolean;
  /** Someone who approves suppliers confirmed it. */
  confirmed: boolean;
  /** Categories of hazardous waste that it covers. */
  wastes: readonly string[];
}

/** The dictionary's rules of a kind of supplier. */
export interface KindRules {
  name: Bilingual;
  /**
   * One valid qualification of each group is required. Null where the dictionary has no valid
   * rules: nothing is cleared then.
   */
  requires: readonly (readonly string[])[] | null;
  /** Deliveries require a passed test before use. */
  testsRequired: boolean;
}

export interface Reason {
  code:
    | 'status'
    | 'missing'
    | 'expired'
    | 'not-yet'
    | 'revoked'
    | 'unconfirmed'
    | 'waste'
    | 'kind'
    | 'test-failed'
    | 'no-limit'
    | 'not-tested';
  text: Bilingual;
}

export interface Clearance {
  cleared: boolean;
  reasons: Reason[];
}

const statusWords: Record<string, Bilingual> = {
  candidate: { zh: '尚未准入', en: 'The supplier is not approved yet' },
  suspended: { zh: '供应商已暂停', en: 'The supplier is suspended' },
  blocked: { zh: '供应商已禁用', en: 'The supplier is blocked' },
};

/** The licence required for hazardous waste (Solid Waste Law, article 80). */
const WASTE_LICENCE = 'hazardous-waste-licence';

/** Whether a qualification is valid on a day, and if not, why. */
export function stateOn(
  { validFrom, validUntil, revoked, confirmed }: GateQualification,
  day: string,
): 'valid' | 'expired' | 'not-yet' | 'revoked' | 'unconfirmed' {
  if (revoked) return 'revoked';
  if (!confirmed) return 'unconfirmed';
  if (day < validFrom) return 'not-yet';
  return validUntil !== null && day > validUntil ? 'expired' : 'valid';
}

interface Term {
  kind: string;
  validUntil: Date | null;
  revoked: boolean;
  confirmed: boolean;
}

/** Whether another one of the same kind that counts ends later: the end of this one changes nothing. */
export const isRenewed = (one: Term, all: readonly Term[]): boolean =>
  all.some(
    ({ kind, validUntil, revoked, confirmed }) =>
      !revoked &&
      confirmed &&
      kind === one.kind &&
      one.validUntil !== null &&
      (validUntil === null || validUntil > one.validUntil),
  );

/**
 * Whether a supplier may be bought from, or be given hazardous waste, on a day. Cleared without
 * reasons against it.
 *
 * @param names of the qualifications, for the reasons.
 * @param options.waste the category, such as HW08; required for disposal.
 */
export function clear(
  supplier: { status: string; qualifications: readonly GateQualification[] },
  rules: KindRules,
  names: ReadonlyMap<string, Bilingual>,
  options: { purpose: Purpose; day: string; waste?: string | undefined },
): Clearance {
  const { status, qualifications } = supplier;
  const { purpose, day, waste } = options;
  const reasons: Reason[] = [];
  if (status !== 'approved') {
    const text = statusWords[status] ?? { zh: `状态：${status}`, en: `Its status is ${status}` };
    reasons.push({ code: 'status', text });
  }
  const { requires } = rules;
  if (requires === null) {
    reasons.push({
      code: 'kind',
      text: {
        zh: `字典未规定“${rules.name.zh}”所需的资质`,
        en: `The dictionary does not say which qualifications "${rules.name.en}" needs`,
      },
    });
  }
  const groups = [...(requires ?? [])];
  if (purpose === 'dispose' && !groups.some((group) => group.includes(WASTE_LICENCE))) {
    groups.push([WASTE_LICENCE]);
  }
  for (const group of groups) reasons.push(...missingOf(group, qualifications, names, day));
  if (purpose === 'dispose') {
    const covered = qualifications.some(
      (one) =>
        one.kind === WASTE_LICENCE &&
        stateOn(one, day) === 'valid' &&
        waste !== undefined &&
        one.wastes.includes(waste),
    );
    if (!covered) {
      reasons.push({
        code: 'waste',
        text: {
          zh: `没有覆盖 ${waste ?? '该类别'} 的有效危险废物经营许可证`,
          en: `No valid hazardous waste licence covers ${waste ?? 'the category'}`,
        },
      });
    }
  }
  return { cleared: reasons.length === 0, reasons };
}

/** The reasons for a group without a valid qualification; empty where one is valid. */
function missingOf(
  group: readonly string[],
  qualifications: readonly GateQualification[],
  names: ReadonlyMap<string, Bilingual>,
  day: string,
): Reason[] {
  const found = qualifications.filter(({ kind }) => group.includes(kind));
  if (found.some((one) => stateOn(one, day) === 'valid')) return [];
  const nameOf = (kind: string) => names.get(kind) ?? { zh: kind, en: kind };
  const [best] = [...found].sort((a, b) =>
    (b.validUntil ?? '9').localeCompare(a.validUntil ?? '9'),
  );
  if (!best) {
    return [
      {
        code: 'missing',
        text: {
          zh: `缺少${group.map((kind) => nameOf(kind).zh).join('或')}`,
          en: `It lacks: ${group.map((kind) => nameOf(kind).en).join(' or ')}`,
        },
      },
    ];
  }
  const code = stateOn(best, day) as 'expired' | 'not-yet' | 'revoked' | 'unconfirmed';
  const name = nameOf(best.kind);
  const said = {
    expired: { zh: `已于 ${best.validUntil} 到期`, en: `expired on ${best.validUntil}` },
    'not-yet': { zh: `自 ${best.validFrom} 起生效`, en: `is valid from ${best.validFrom} on` },
    revoked: { zh: '已被吊销或撤回', en: 'was revoked' },
    unconfirmed: { zh: '尚待确认', en: 'waits for confirmation' },
  }[code];
  return [{ code, text: { zh: `${name.zh}${said.zh}`, en: `${name.en} ${said.en}` } }];
}
