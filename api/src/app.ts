import { openModules } from './modules/open.ts';
import { checkManifests } from './platform/check-manifests.ts';
import { registerModules } from './platform/features/guard.ts';
import type { App } from './platform/http/app-types.ts';
import { serveDashboard } from './platform/http/dashboard.ts';
import { serveLiveEvents } from './platform/live/route.ts';
import { type AppParts, openPlatform } from './platform/open.ts';

/**
 * Assembles the API: the platform, then the listed modules in order. The caller starts listening;
 * closing the server closes everything that was opened.
 *
 * @throws Error with the errors of the manifests.
 */
export async function buildApp(parts: AppParts): Promise<App> {
  const { settings, database } = parts;
  const opened = await openPlatform(parts);
  const { app, platform } = opened;
  const { live, features } = platform;
  const modules = await openModules(platform).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  try {
    await checkManifests(database, platform.workflows.definitions.subjects());
  } catch (error) {
    await modules.close();
    await opened.close();
    throw error;
  }
  registerModules(app, [...opened.modules, ...modules.modules], features);
  serveLiveEvents(app, live);
  await serveDashboard(app, settings.dashboardDir);
  app.addHook('onListen', async () => {
    opened.start();
    await modules.start();
  });
  app.addHook('preClose', async () => live.close());
  app.addHook('onClose', async () => {
    await opened.stopJobs();
    await modules.close();
    await opened.close();
  });
  return app;
}
