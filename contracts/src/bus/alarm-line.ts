import type { AlarmLine } from './alarm.ts';

/** What a line of the alarm plan asks of a violation. */
export interface AlarmCause {
  readonly camera: string;
  readonly rule: AlarmLine['rules'][number];
  readonly severity: AlarmLine['severities'][number];
  /** See {@link alarmAreas}. */
  readonly areas: readonly string[];
}

/**
 * The areas in which a violation sounds: that of its zone. A line has no zone: what crosses it is in each area that the
 * zones of the camera name.
 */
export const alarmAreas = (
  zone: string | null,
  zones: readonly { id: string; area?: string | undefined }[],
): string[] => {
  const of = zone === null ? zones : zones.filter(({ id }) => id === zone);
  return [...new Set(of.flatMap(({ area }) => area ?? []))];
};

/** Whether a line of the alarm plan is for a violation; what is empty in it is for all. */
export const isAlarmLineFor = (
  line: Pick<AlarmLine, 'severities' | 'cameras' | 'rules' | 'areas'>,
  { camera, rule, severity, areas }: AlarmCause,
): boolean =>
  line.severities.includes(severity) &&
  (line.cameras.length === 0 || line.cameras.includes(camera)) &&
  (line.rules.length === 0 || line.rules.includes(rule)) &&
  (line.areas.length === 0 || line.areas.some((area) => areas.includes(area)));
