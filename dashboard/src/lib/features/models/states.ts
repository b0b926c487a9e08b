import type { Tone } from '$lib/ui/Chip.svelte';
import type { Version } from './models-api.ts';

export type VersionState =
  | 'running'
  | 'unapproved'
  | 'retired-running'
  | 'approved'
  | 'retired'
  | 'idle';

/** The main state of a version: whether it judges cameras, and whether it was activated. */
export function stateOf(version: Pick<Version, 'running' | 'decision'>): VersionState {
  const decision = version.decision?.decision ?? null;
  const runs = version.running.some(({ cameras }) => cameras.length > 0);
  if (runs) {
    if (decision === 'activated') return 'running';
    return decision === 'retired' ? 'retired-running' : 'unapproved';
  }
  if (decision === 'activated') return 'approved';
  return decision === 'retired' ? 'retired' : 'idle';
}

export const tones: Record<VersionState, Tone> = {
  running: 'ok',
  unapproved: 'warn',
  'retired-running': 'danger',
  approved: 'neutral',
  retired: 'neutral',
  idle: 'neutral',
};

/** Distinct cameras of a version. */
export const camerasOf = ({ running }: Pick<Version, 'running'>): string[] =>
  [...new Set(running.flatMap(({ cameras }) => cameras))].sort();
