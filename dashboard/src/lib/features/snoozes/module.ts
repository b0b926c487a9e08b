import type { DashboardModule } from '$lib/app/module.ts';

/** Its page is reached from the cameras, and from where something rests. */
export const module: DashboardModule = { id: 'snoozes', feature: 'monitoring' };
