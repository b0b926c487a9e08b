import type { MachineSeen, MachineState, RuleConfig, WhileMachine } from '@anshi/contracts';

/**
 * A state that was not repeated for longer than this is stale, ms. A machine's publisher repeats
 * the state every few seconds.
 */
export const MACHINE_STALE_MS = 30_000;

/** The last message of each machine, and its arrival, ms since the epoch. */
export type MachineWords = ReadonlyMap<
  string,
  { readonly state: MachineState; readonly receivedAt: number }
>;

const conditionOf = (rule: RuleConfig): WhileMachine | undefined =>
  'whileMachine' in rule ? rule.whileMachine : undefined;

/** The machines of the rules, each once. */
export function machinesNamed(rules: readonly RuleConfig[]): string[] {
  return [...new Set(rules.flatMap((rule) => conditionOf(rule)?.machine ?? []))].sort();
}

/**
 * The machine states at a moment, for the machines of the rules.
 *
 * @param at ms since the epoch. A message older than {@link MACHINE_STALE_MS} by its own clock or
 *   by the receiver's is unknown.
 */
export function machinesAt(
  rules: readonly RuleConfig[],
  told: MachineWords,
  at: number,
): MachineSeen[] {
  return machinesNamed(rules).map((machine): MachineSeen => {
    const word = told.get(machine);
    if (!word) return { machine, state: 'unknown', at: null };
    // A machine's clock that is ahead must not keep its message valid.
    const since = Math.min(word.receivedAt, Date.parse(word.state.at));
    const isStale = !(at - since <= MACHINE_STALE_MS);
    return { machine, state: isStale ? 'unknown' : word.state.state, at: word.state.at };
  });
}

/** The machine of a rule and its state; null for a rule without one. */
export function machineOf(rule: RuleConfig, machines: readonly MachineSeen[]): MachineSeen | null {
  const condition = conditionOf(rule);
  if (!condition) return null;
  const { machine } = condition;
  return machines.find((one) => one.machine === machine) ?? { machine, state: 'unknown', at: null };
}

/** Whether a rule applies now. An unknown machine state counts as running. */
export function isArmed(rule: RuleConfig, machines: readonly MachineSeen[]): boolean {
  const seen = machineOf(rule, machines);
  if (!seen) return true;
  const state = seen.state === 'unknown' ? 'running' : seen.state;
  return conditionOf(rule)!.states.includes(state);
}
