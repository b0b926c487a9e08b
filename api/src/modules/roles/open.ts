import type { Open } from '../../platform/module.ts';
import { rolesModule } from './routes.ts';
import { createRolesService } from './service.ts';

export const open: Open = ({ units, accountEvents }) =>
  rolesModule(createRolesService({ units, events: accountEvents }));
