import type { DashboardModule } from '$lib/app/module.ts';

/** Single violations: the review queue lists incidents, which lead to them. */
export const module: DashboardModule = { id: 'violations', feature: 'monitoring' };
