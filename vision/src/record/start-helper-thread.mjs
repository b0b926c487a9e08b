// Node 20 reads no TypeScript, and a worker thread does not inherit the loader of its parent.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.module);
