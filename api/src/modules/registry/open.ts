import type { Open } from '../../platform/module.ts';
import { registryModule } from './routes.ts';
import { createRegistryService } from './service.ts';

export const open: Open = ({ units, sealed, settings: { camerasFrom } }) =>
  registryModule(createRegistryService({ units, sealed, camerasFrom }));
