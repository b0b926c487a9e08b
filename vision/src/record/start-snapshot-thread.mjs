// Node 20 reads no TypeScript, and a worker thread does not inherit the loader of its parent.
import { register } from 'tsx/esm/api';

register();
await import('./snapshot-thread.ts');
