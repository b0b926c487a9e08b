export { seedPurposes as seed } from './defaults.ts';
