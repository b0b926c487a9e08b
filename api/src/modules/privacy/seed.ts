export { seedPolicies as seed } from './defaults.ts';
