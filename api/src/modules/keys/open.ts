import type { Open } from '../../platform/module.ts';
import { createRotation, type Rotation } from '../../platform/sealed/rotation.ts';
import { keysModule } from './routes.ts';
import { createKeysService } from './service.ts';
import { sealedTables } from './tables.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    rotation: Rotation;
  }
}

/** Data keys, their rotation and their custodians. */
export const open: Open = ({ database, units, sealed, services, log }) => {
  const rotation = createRotation({ database, sealed, tables: sealedTables });
  services.provide('rotation', rotation);
  const keys = createKeysService({ units, rotation, log });
  return { ...keysModule(keys), close: () => keys.close() };
};
