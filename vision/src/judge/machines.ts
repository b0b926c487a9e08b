import {
  MACHINE_STALE_MS,
  type MachineReport,
  type MachineSeen,
  machineKnown,
  type RuleConfig,
  type ViolationArming,
  type WhileMachine,
} from '@anshi/contracts';

export { MACHINE_STALE_MS };

/** The valid reports of each machine, in the order of receipt. */
export type MachineReports = ReadonlyMap<string, readonly MachineReport[]>;

const conditionOf = (rule: RuleConfig): WhileMachine | undefined =>
  'whileMachine' in rule ? rule.whileMachine : undefined;

/** The machines of the rules, each once. */
export function machinesNamed(rules: readonly RuleConfig[]): string[] {
  return [...new Set(rules.flatMap((rule) => conditionOf(rule)?.machine ?? []))].sort();
}

/**
 * The machine states at a moment, for the machines of the rules.
 *
 * @param at ms since the epoch. A machine whose reports are older than {@link MACHINE_STALE_MS} by
 *   their own clock or by the receiver's, or contradict each other, is unknown.
 */
export function machinesAt(
  rules: readonly RuleConfig[],
  told: MachineReports,
  at: number,
): MachineSeen[] {
  return machinesNamed(rules).map((machine): MachineSeen => {
    const { contradiction, ...known } = machineKnown(told.get(machine) ?? [], at);
    const states = [...new Set(contradiction.map(({ state }) => state.state))];
    return { machine, ...known, ...(states.length > 0 ? { told: states } : {}) };
  });
}

/** The machine of a rule and its state; null for a rule without one. */
function machineOf(rule: RuleConfig, machines: readonly MachineSeen[]): MachineSeen | null {
  const condition = conditionOf(rule);
  if (!condition) return null;
  const { machine } = condition;
  return machines.find((one) => one.machine === machine) ?? { machine, state: 'unknown', at: null };
}

/** What arms a rule at this moment; null for a rule that always applies. */
export function armingOf(
  rule: RuleConfig,
  machines: readonly MachineSeen[],
): ViolationArming | null {
  const machine = machineOf(rule, machines);
  return machine && { by: 'machine', machine };
}

/**
 * Whether a rule applies now. An unknown machine state counts as running; where reports contradict
 * each other, it counts as each of them as well: in doubt the rule applies.
 */
export function isArmed(rule: RuleConfig, machines: readonly MachineSeen[]): boolean {
  const seen = machineOf(rule, machines);
  if (!seen) return true;
  const states = seen.state === 'unknown' ? ['running', ...(seen.told ?? [])] : [seen.state];
  return conditionOf(rule)!.states.some((state) => states.includes(state));
}

/**
 * Whether the machine of a rule about a machine runs. Other than for a rule that a machine arms, one whose
 * state is not known is not taken to run: that a machine is silent does not say that it is unattended.
 */
export function isRunning(
  rule: RuleConfig,
  machines: readonly MachineSeen[],
): 'yes' | 'no' | 'unknown' {
  const seen = machineOf(rule, machines);
  if (!seen || seen.state === 'unknown') return 'unknown';
  return conditionOf(rule)!.states.some((state) => state === seen.state) ? 'yes' : 'no';
}
