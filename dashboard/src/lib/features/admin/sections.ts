import BellRing from '@lucide/svelte/icons/bell-ring';
import Blocks from '@lucide/svelte/icons/blocks';
import BrainCircuit from '@lucide/svelte/icons/brain-circuit';
import Building2 from '@lucide/svelte/icons/building-2';
import CalendarDays from '@lucide/svelte/icons/calendar-days';
import IdCard from '@lucide/svelte/icons/id-card';
import KeyRound from '@lucide/svelte/icons/key-round';
import Megaphone from '@lucide/svelte/icons/megaphone';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import UserRoundCheck from '@lucide/svelte/icons/user-round-check';
import Users from '@lucide/svelte/icons/users';
import Webhook from '@lucide/svelte/icons/webhook';
import Workflow from '@lucide/svelte/icons/workflow';
import type { Component } from 'svelte';
import type { Viewer } from '$lib/app/navigation.ts';
import type { Dictionary } from '$lib/i18n/dictionary.ts';
import type { Permission } from '$lib/session/can.ts';

export interface Section {
  id: keyof Dictionary['admin']['sections'];
  group: keyof Dictionary['admin']['groups'];
  icon: Component<{ size?: number; strokeWidth?: number }>;
  /** Shown to those who have it. */
  needs: Permission;
  feature?: string;
}

/** The pages of the administration, each at /admin/<id>. */
export const sections: readonly Section[] = [
  { id: 'people', group: 'plant', icon: IdCard, needs: 'person:read' },
  { id: 'places', group: 'plant', icon: Building2, needs: 'registry:read' },
  { id: 'accounts', group: 'access', icon: Users, needs: 'user:read' },
  { id: 'roles', group: 'access', icon: KeyRound, needs: 'user:read' },
  { id: 'reviews', group: 'access', icon: UserRoundCheck, needs: 'access-review:manage' },
  { id: 'modules', group: 'system', icon: Blocks, needs: 'module:manage' },
  {
    id: 'models',
    group: 'system',
    icon: BrainCircuit,
    needs: 'model:read',
    feature: 'monitoring',
  },
  { id: 'workflows', group: 'system', icon: Workflow, needs: 'workflow:read' },
  { id: 'calendar', group: 'system', icon: CalendarDays, needs: 'workflow:read' },
  {
    id: 'webhooks',
    group: 'system',
    icon: Webhook,
    needs: 'integration:manage',
    feature: 'integrations',
  },
  { id: 'channels', group: 'system', icon: Megaphone, needs: 'notification:manage' },
  { id: 'notice-rules', group: 'system', icon: BellRing, needs: 'notification:manage' },
  { id: 'audit', group: 'trace', icon: ScrollText, needs: 'audit:read' },
];

/**
 * Who finds the administration in the menu: those who run something there. Reading the list of
 * machines alone, as every worker may, is no administration.
 */
export const adminNeeds = [
  'registry:manage',
  'person:manage',
  'user:read',
  'access-review:manage',
  'module:manage',
  'model:manage',
  'workflow:manage',
  'integration:manage',
  'notification:manage',
  'audit:read',
] as const satisfies readonly Permission[];

/** What this person may open, in the order of the menu. */
export function sectionsFor(viewer: Viewer): readonly Section[] {
  return sections.filter(
    ({ needs, feature }) => viewer.can(needs) && (feature === undefined || viewer.isOn(feature)),
  );
}
