/**
 * A process that is killed in tests of obligations: `node obligation-process.ts <database url> <now>`. It
 * looks at what falls due, stops in the middle of a batch, after some that are committed, and says so.
 */
import { createNotices } from '../platform/notices/notify.ts';
import { openObligationWorld } from './obligation-world.ts';

const [url = '', now = ''] = process.argv.slice(2);
const real = createNotices({ written: () => {} });
let told = 0;
const world = openObligationWorld(url, {
  notices: {
    async notify(unit, notice) {
      await real.notify(unit, notice);
      if (++told < 70) return;
      process.send?.('in a batch');
      await new Promise(() => {});
    },
  },
});
await world.look(now);
