import {
  type Armed,
  type ArmedWhen,
  type ArmingSeen,
  armedOf,
  type CameraConfig,
  type MachineSeen,
  type RuleConfig,
  type ViolationArming,
  type WhileMachine,
} from '@anshi/contracts';

/** What decides whether a rule applies. */
export interface ArmingFacts {
  readonly zones: CameraConfig['zones'];
  readonly machines: readonly MachineSeen[];
  /** What the API said, of the zones and rules that ask for it. */
  readonly arming?: readonly ArmingSeen[] | undefined;
}

/** The machine that a rule asks for, beside what its zone says. */
export const conditionOf = (rule: RuleConfig): WhileMachine | undefined =>
  'whileMachine' in rule ? rule.whileMachine : undefined;

/** What arms a rule beside its machine. */
const armedOfRule = (rule: RuleConfig, zones: CameraConfig['zones']): Armed | null =>
  armedOf(
    {
      id: rule.id,
      zone: 'zone' in rule ? rule.zone : undefined,
      line: 'line' in rule ? rule.line : undefined,
      armed: rule.armed,
    },
    zones,
  );

export function machineOf(
  { machine }: Pick<WhileMachine, 'machine'>,
  machines: readonly MachineSeen[],
): MachineSeen {
  return machines.find((one) => one.machine === machine) ?? { machine, state: 'unknown', at: null };
}

/**
 * Whether a machine arms. An unknown state counts as running; where reports contradict each other, it
 * counts as each of them as well: in doubt the rule applies.
 */
function machineArms(condition: WhileMachine, machines: readonly MachineSeen[]): boolean {
  const seen = machineOf(condition, machines);
  const states = seen.state === 'unknown' ? ['running', ...(seen.told ?? [])] : [seen.state];
  return condition.states.some((state) => states.includes(state));
}

/** What is known of a condition that the API tells; unknown where it said nothing. */
function seenOf(
  { place, rule, when }: Armed & { when: Exclude<ArmedWhen, { by: 'machine' }> },
  arming: readonly ArmingSeen[] = [],
): ArmingSeen {
  const nothing = { cause: null, permit: null, since: null, until: null, at: null };
  return (
    arming.find((one) => one.zone === place && one.rule === rule && one.by === when.by) ?? {
      zone: place,
      rule,
      by: when.by,
      state: 'unknown',
      ...nothing,
    }
  );
}

const isOfApi = (armed: Armed): armed is Armed & { when: Exclude<ArmedWhen, { by: 'machine' }> } =>
  armed.when.by !== 'machine';

/** Whether a rule applies now. What is not known arms it. */
export function isArmed(rule: RuleConfig, facts: ArmingFacts): boolean {
  const own = conditionOf(rule);
  // A rule about a machine is not armed by it: see `isRunning`.
  if (own && rule.kind !== 'unattended-machine' && !machineArms(own, facts.machines)) return false;
  const armed = armedOfRule(rule, facts.zones);
  if (!armed) return true;
  if (armed.when.by === 'machine') return machineArms(armed.when, facts.machines);
  return isOfApi(armed) ? seenOf(armed, facts.arming).state !== 'disarmed' : true;
}

/** What arms a rule at this moment; null for a rule that always applies. */
export function armingOf(rule: RuleConfig, facts: ArmingFacts): ViolationArming | null {
  const own = conditionOf(rule);
  const machine = own ? machineOf(own, facts.machines) : null;
  const armed = armedOfRule(rule, facts.zones);
  if (armed && isOfApi(armed)) {
    const seen = seenOf(armed, facts.arming);
    return { by: seen.by, seen, ...(machine ? { machine } : {}) };
  }
  if (machine) return { by: 'machine', machine };
  if (armed?.when.by !== 'machine') return null;
  return { by: 'machine', machine: machineOf(armed.when, facts.machines) };
}

/** The machines that arm the zones and rules of a camera, or that a rule is about, each once. */
export function machinesNamed(
  rules: readonly RuleConfig[],
  zones: CameraConfig['zones'] = [],
): string[] {
  const named = rules.flatMap((rule) => conditionOf(rule)?.machine ?? []);
  const arming = [...rules, ...zones].flatMap(({ armed }) =>
    armed?.by === 'machine' ? [armed.machine] : [],
  );
  return [...new Set([...named, ...arming])].sort();
}
