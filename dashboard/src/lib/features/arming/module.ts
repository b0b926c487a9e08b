import type { DashboardModule } from '$lib/app/module.ts';

/** Its page is beside the cameras, its form in the editor of their zones. */
export const module: DashboardModule = { id: 'arming', feature: 'monitoring' };
