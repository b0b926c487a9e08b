import { createViews } from '../../platform/audit/views.ts';
import type { Open } from '../../platform/module.ts';
import { registerOrders } from './order-routes.ts';
import { type BlurOrders, createBlurOrders } from './orders.ts';
import { createReveals } from './reveals.ts';
import { registerReveals } from './routes.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    renditions: BlurOrders;
  }
}

/** Blurred renditions of evidence: what is to be made, and who sees the originals. */
export const open: Open = ({ settings, database, units, evidence: store, services }) => {
  const { tenant } = settings;
  const { events } = services.get('violations');
  const orders = createBlurOrders({ units, store, events, tenant });
  const reveals = createReveals({ database, units, views: createViews(units), store });
  services.provide('renditions', orders);
  return {
    name: 'renditions',
    register(app) {
      registerOrders(app, { orders, store, tenant });
      registerReveals(app, { reveals, orders, store });
    },
  };
};
