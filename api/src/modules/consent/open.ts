import type { Open } from '../../platform/module.ts';
import { consentModule } from './routes.ts';
import { createConsentService } from './service.ts';

export const open: Open = ({ units }) => consentModule(createConsentService({ units }));
