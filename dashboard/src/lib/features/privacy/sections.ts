import Archive from '@lucide/svelte/icons/archive';
import BookLock from '@lucide/svelte/icons/book-lock';
import FileCheck2 from '@lucide/svelte/icons/file-check-2';
import Inbox from '@lucide/svelte/icons/inbox';
import KeyRound from '@lucide/svelte/icons/key-round';
import Scale from '@lucide/svelte/icons/scale';
import ShieldQuestion from '@lucide/svelte/icons/shield-question-mark';
import Timer from '@lucide/svelte/icons/timer';
import type { Component } from 'svelte';
import type { Dictionary } from '$lib/i18n/dictionary.ts';
import type { Permission } from '$lib/session/can.ts';

export interface Section {
  id: keyof Dictionary['privacy']['sections'];
  icon: Component<{ size?: number; strokeWidth?: number }>;
  needs: Permission;
}

/** The pages of the privacy office, each at /privacy/<id>. */
export const sections: readonly Section[] = [
  { id: 'requests', icon: Inbox, needs: 'privacy:manage' },
  { id: 'compliance', icon: Scale, needs: 'privacy:manage' },
  { id: 'register', icon: BookLock, needs: 'privacy:manage' },
  { id: 'consents', icon: FileCheck2, needs: 'privacy:manage' },
  { id: 'retention', icon: Timer, needs: 'privacy:manage' },
  { id: 'assessments', icon: ShieldQuestion, needs: 'privacy:manage' },
  { id: 'keys', icon: KeyRound, needs: 'key:manage' },
  { id: 'storage', icon: Archive, needs: 'system:read' },
];

/** Who finds the office in the menu. Seeing how the system is alone does not lead there. */
export const privacyNeeds = [
  'privacy:manage',
  'key:manage',
] as const satisfies readonly Permission[];

export const sectionsFor = (can: (permission: Permission) => boolean): readonly Section[] =>
  sections.filter(({ needs }) => can(needs));

/** Where what a duty lacks is put right; the id is that of the compliance page of the API. */
const remedies: Partial<Record<string, Section['id']>> = {
  'pipl-13': 'register',
  'pipl-14-17': 'consents',
  'pipl-19': 'retention',
  'pipl-28-29': 'assessments',
  'pipl-44-47': 'requests',
  'pipl-51': 'keys',
  'pipl-55-56': 'assessments',
  'dsl-21-27': 'register',
  'csl-encryption': 'storage',
};

/** @returns null where this person cannot put it right. */
export function remedyOf(
  duty: { id: string; status: string },
  can: (permission: Permission) => boolean,
): Section['id'] | null {
  if (duty.status === 'met') return null;
  return sectionsFor(can).find(({ id }) => id === remedies[duty.id])?.id ?? null;
}
