import type { Open } from '../../platform/module.ts';
import { referenceModule } from './routes.ts';

/** The reference of the interfaces, for those who connect other systems. */
export const open: Open = ({ version }) => referenceModule(version);
