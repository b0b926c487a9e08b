import type { Open } from '../../platform/module.ts';
import { referenceModule } from './routes.ts';

/** The API reference, for integrators. */
export const open: Open = ({ version }) => referenceModule(version);
