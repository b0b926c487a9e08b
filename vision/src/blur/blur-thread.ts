import { serveThread } from '../record/helper-thread.ts';
import { BlurHelper } from './blur-helper.ts';
import type { BlurCall } from './blurring.ts';

let helper: BlurHelper | undefined;

serveThread(({ setup, job }: BlurCall) => {
  helper ??= new BlurHelper(setup);
  return helper.make(job);
});
