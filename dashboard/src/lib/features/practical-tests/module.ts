import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = { id: 'practical-tests', feature: 'qualifications' };
