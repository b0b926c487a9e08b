import type { CutOrder } from './clip-cutter.ts';
import { cutClip } from './clip-cutter.ts';
import { serveThread } from './helper-thread.ts';

serveThread((order: CutOrder) => cutClip(order));
