import type { DashboardModule } from '$lib/app/module.ts';

/** Tests of drafts stand in the editor of a camera, near misses on a page of their own. */
export const module: DashboardModule = { id: 'replays', feature: 'monitoring' };
