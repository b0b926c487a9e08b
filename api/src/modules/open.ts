import type { Module } from '../platform/http/app-types.ts';
import type { ModuleManifest } from '../platform/manifest.ts';
import type { Open, OpenModule, Platform } from '../platform/module.ts';
import { manifests } from './manifests.ts';

/** The modules of the list, without the platform's own parts. */
const folderOf = ({ name, folders }: ModuleManifest) => folders?.[0] ?? `modules/${name}`;
export const moduleManifests: readonly ModuleManifest[] = manifests.filter((one) =>
  folderOf(one).startsWith('modules/'),
);

export interface OpenModules {
  /** Their routes, with the features that they depend on. */
  modules: Module[];
  /** A failure is logged; the others start all the same. */
  start(): Promise<void>;
  /** Closes them in reverse order. */
  close(): Promise<void>;
}

/**
 * Opens the modules in list order, each by `open` of its `open.ts`. If one fails, the earlier ones
 * are closed.
 */
export async function openModules(platform: Platform): Promise<OpenModules> {
  const opened: { manifest: ModuleManifest; module: OpenModule }[] = [];
  const close = async () => {
    for (const { manifest, module } of opened.splice(0).reverse()) {
      try {
        await module.close?.();
      } catch (error) {
        platform.log.error({ err: error, module: manifest.name }, 'a module did not close');
      }
    }
  };
  try {
    for (const manifest of moduleManifests) {
      const { open } = (await import(`./${manifest.name}/open.ts`)) as { open: Open };
      opened.push({ manifest, module: await open(platform) });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    modules: opened.map(({ manifest: { name, feature }, module }) => ({
      name,
      ...(feature === undefined
        ? {}
        : { feature: typeof feature === 'string' ? feature : feature.id }),
      register: (app) => module.register(app),
      watch: (app) => module.watch?.(app),
    })),
    async start() {
      for (const { manifest, module } of opened) {
        try {
          await module.start?.();
        } catch (error) {
          platform.log.error({ err: error, module: manifest.name }, 'a module did not start');
        }
      }
    },
    close,
  };
}
