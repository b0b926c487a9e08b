import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createWorkerRequests } from '../live/worker-requests.ts';
import { showViolation } from '../violations/view.ts';
import { type Answered, askForClip, workerOf } from './ask.ts';
import {
  addOrder,
  askAgain,
  type ClaimedOrder,
  type ClipWanted,
  claimOrders,
  closeOrder,
  type Ended,
  endOrder,
  forgetOrders,
  isOfOrder,
  noteAsked,
  noteTaken,
  orderOf,
  overdueOrders,
  removeOrder,
} from './orders.ts';

/** How often it is looked whether a worker is to be asked, ms. */
const EVERY_MS = 2_000;

/** Clips of violations that the API found itself, and of the scenes of violations. */
export interface ClipOrders {
  /** Asks for a clip of a record of this unit, once it is committed. */
  want(unit: Unit, wanted: ClipWanted): Promise<void>;
  orderOf: typeof orderOf;
  isOfOrder: typeof isOfOrder;
  closeOrder: typeof closeOrder;
  removeOrder: typeof removeOrder;
}

declare module '../../platform/module.ts' {
  interface ModuleServices {
    clipOrders: ClipOrders;
  }
}

/** Asks workers for clips. The orders are rows: a killed process loses none. */
export const open: Open = ({ settings, database, units, services, log }) => {
  const { tenant } = settings;
  const { states } = services.get('cameras');
  const { events } = services.get('violations');
  const ask = createWorkerRequests(services.get('devices').liveSigners);
  const write = <Result>(work: (tx: Transaction) => Promise<Result>) =>
    database.transaction({ tenant, user: null }, work);
  let loop: Loop | null = null;

  const end = (ended: Ended): Promise<void> =>
    units.run(systemCaller(tenant), async (unit) => {
      const row = await endOrder(unit.tx, ended, new Date());
      if (row) await events.emit(unit, 'updated', showViolation(row));
    });

  async function note(order: ClaimedOrder, answered: Answered): Promise<void> {
    const { violation } = order;
    if (answered.is === 'never') return end({ violation, ...answered });
    await write((tx) =>
      answered.is === 'taken'
        ? noteTaken(tx, violation, new Date())
        : askAgain(tx, order, answered.refusal, new Date()),
    );
  }

  async function askOne(order: ClaimedOrder): Promise<void> {
    const worker = workerOf(states, order.camera);
    if (!worker) return note(order, { is: 'again', refusal: null });
    await write((tx) => noteAsked(tx, order.violation, worker.id));
    await note(order, await askForClip(ask, worker, order));
  }

  async function pass(): Promise<boolean> {
    const now = new Date();
    const { over, due } = await write(async (tx) => {
      await forgetOrders(tx, now);
      return { over: await overdueOrders(tx, now), due: await claimOrders(tx, now) };
    });
    for (const one of over) await end(one);
    const asked = due.filter(({ violation }) => !over.some((one) => one.violation === violation));
    const done = await Promise.allSettled(asked.map(askOne));
    for (const one of done) {
      if (one.status === 'rejected') log.warn({ err: one.reason }, 'a clip could not be asked for');
    }
    return false;
  }

  services.provide('clipOrders', {
    async want(unit, wanted) {
      await addOrder(unit.tx, tenant, wanted, new Date());
      unit.afterCommit(() => loop?.nudge());
    },
    orderOf,
    isOfOrder,
    closeOrder,
    removeOrder,
  });
  return {
    register() {},
    start() {
      loop = startLoop({ name: 'clips asked of workers', log, everyMs: EVERY_MS, pass });
    },
    close: () => loop?.close(),
  };
};
