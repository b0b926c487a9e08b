import {
  type CameraConfig,
  MACHINE_STALE_MS,
  type MachineReport,
  type MachineSeen,
  machineKnown,
  type RuleConfig,
} from '@anshi/contracts';
import { conditionOf, machineOf, machinesNamed } from './arming.ts';

export { MACHINE_STALE_MS };

/** The valid reports of each machine, in the order of receipt. */
export type MachineReports = ReadonlyMap<string, readonly MachineReport[]>;

/**
 * The machine states at a moment, for the machines of the rules and zones.
 *
 * @param at ms since the epoch. A machine whose reports are older than {@link MACHINE_STALE_MS} by
 *   their own clock or by the receiver's, or contradict each other, is unknown.
 */
export function machinesAt(
  { rules, zones = [] }: { rules: readonly RuleConfig[]; zones?: CameraConfig['zones'] },
  told: MachineReports,
  at: number,
): MachineSeen[] {
  return machinesNamed(rules, zones).map((machine): MachineSeen => {
    const { contradiction, ...known } = machineKnown(told.get(machine) ?? [], at);
    const states = [...new Set(contradiction.map(({ state }) => state.state))];
    return { machine, ...known, ...(states.length > 0 ? { told: states } : {}) };
  });
}

/**
 * Whether the machine of a rule about a machine runs. Other than for a rule that a machine arms, one whose
 * state is not known is not taken to run: that a machine is silent does not say that it is unattended.
 */
export function isRunning(
  rule: RuleConfig,
  machines: readonly MachineSeen[],
): 'yes' | 'no' | 'unknown' {
  const condition = conditionOf(rule);
  if (!condition) return 'unknown';
  const seen = machineOf(condition, machines);
  if (seen.state === 'unknown') return 'unknown';
  return condition.states.some((state) => state === seen.state) ? 'yes' : 'no';
}
