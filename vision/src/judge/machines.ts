import type { MachineSeen, MachineState, RuleConfig, WhileMachine } from '@anshi/contracts';

/**
 * A state that was not told again for longer than this says nothing of now, ms. Whoever tells a
 * machine's state repeats it every few seconds.
 */
export const MACHINE_STALE_MS = 30_000;

/** The last word on each machine, and when it came, ms since the epoch. */
export type MachineWords = ReadonlyMap<
  string,
  { readonly state: MachineState; readonly receivedAt: number }
>;

const conditionOf = (rule: RuleConfig): WhileMachine | undefined =>
  'whileMachine' in rule ? rule.whileMachine : undefined;

/** The machines that rules name, each once. */
export function machinesNamed(rules: readonly RuleConfig[]): string[] {
  return [...new Set(rules.flatMap((rule) => conditionOf(rule)?.machine ?? []))].sort();
}

/**
 * What is known at a moment of the machines that rules name.
 *
 * @param at ms since the epoch. A machine whose word is older than {@link MACHINE_STALE_MS} by its
 *   own clock or by the receiver's is unknown.
 */
export function machinesAt(
  rules: readonly RuleConfig[],
  told: MachineWords,
  at: number,
): MachineSeen[] {
  return machinesNamed(rules).map((machine): MachineSeen => {
    const word = told.get(machine);
    if (!word) return { machine, state: 'unknown', at: null };
    // A machine's clock that is ahead must not keep its word alive.
    const since = Math.min(word.receivedAt, Date.parse(word.state.at));
    const isStale = !(at - since <= MACHINE_STALE_MS);
    return { machine, state: isStale ? 'unknown' : word.state.state, at: word.state.at };
  });
}

/** The machine that a rule asks for, as it was seen; null where it asks for none. */
export function machineOf(rule: RuleConfig, machines: readonly MachineSeen[]): MachineSeen | null {
  const condition = conditionOf(rule);
  if (!condition) return null;
  const { machine } = condition;
  return machines.find((one) => one.machine === machine) ?? { machine, state: 'unknown', at: null };
}

/** Whether a rule asks now. A machine whose state is not known counts as running. */
export function isArmed(rule: RuleConfig, machines: readonly MachineSeen[]): boolean {
  const seen = machineOf(rule, machines);
  if (!seen) return true;
  const state = seen.state === 'unknown' ? 'running' : seen.state;
  return conditionOf(rule)!.states.includes(state);
}
