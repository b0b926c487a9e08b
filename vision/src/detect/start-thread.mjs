// Node 20 reads no TypeScript, and a worker thread does not inherit the loader of its parent: not
// that of `--import tsx`, which serves the main thread alone, and not that of vitest.
import { register } from 'tsx/esm/api';

register();
await import('./inference-thread.ts');
