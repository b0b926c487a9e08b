import {
  type Alarm,
  type AlarmOutput,
  type AlarmRules,
  alarmOutput,
  mutedOutputs,
  type Outputs,
  type RunningAlarm,
  signalWith,
} from '@anshi/contracts';

type Mutes = AlarmRules['mutes'];

/**
 * What a device can give of an alarm now.
 *
 * @param safe its safe state, which names each output that it has.
 * @param now milliseconds since the epoch.
 * @returns `kept`: the outputs that a mute keeps off; `fault`: why nothing is given, null where something is.
 */
export function signalOfAlarm(
  safe: Outputs,
  given: Alarm,
  mutes: Mutes,
  now: number,
): { kept: AlarmOutput[]; fault: 'no-output' | 'muted' | null } {
  const has = alarmOutput.options.filter((one) => one in safe);
  const signal = signalWith(has, given);
  if (signal === null) return { kept: [], fault: 'no-output' };
  const muted = mutedOutputs(mutes, now);
  const kept = muted.filter((one) => (one === 'light' ? signal.light !== 'off' : signal.sound));
  const left = has.filter((one) => !kept.includes(one));
  return { kept, fault: signalWith(left, signal) === null ? 'muted' : null };
}

/**
 * The outputs of a running alarm while mutes begin and end.
 *
 * @param now milliseconds since the epoch.
 * @param left how long the alarm still runs, ms.
 * @returns `changesIn`: when the next mute begins or ends within that time, ms from now; null where none does.
 */
export function outputsOfAlarm(
  { light, sound }: RunningAlarm,
  mutes: Mutes,
  now: number,
  left: number,
): { wanted: Outputs; changesIn: number | null } {
  const muted = mutedOutputs(mutes, now);
  const wanted: Outputs = {
    light: muted.includes('light') ? 'off' : light,
    sound: sound && !muted.includes('sound'),
  };
  const edges = mutes
    .flatMap((mute) => [Date.parse(mute.from), Date.parse(mute.until)])
    .filter((edge) => edge > now && edge < now + left);
  return { wanted, changesIn: edges.length > 0 ? Math.min(...edges) - now : null };
}
