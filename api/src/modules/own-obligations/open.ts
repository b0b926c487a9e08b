import { z } from 'zod';
import type { Open } from '../../platform/module.ts';
import { EVENTS } from './conditions.ts';
import { MOST_AT_ONCE, OWN, ownObligations } from './obligations.ts';
import { createOwnObligations } from './own-obligations.ts';
import { registerOwnObligations } from './routes.ts';

const about = z.object({ person: z.string().optional() });

/** How often running hours are read, and conditions that no event tells of. */
const EVERY_15_MINUTES = '*/15 * * * *';

/** Recurring obligations that people add by hand. */
export const open: Open = async (platform) => {
  const { obligations, services, settings, jobs, consumers } = platform;
  const parts = { services, hours: services.get('machineHours'), timeZone: settings.timeZone };
  obligations.provide(OWN, ownObligations(parts));
  const own = createOwnObligations({ ...platform, ...parts });
  jobs.define('own-obligation-hours', { atStart: false }, (_data, { tenant }) =>
    own.readAgain(tenant),
  );
  await jobs.schedule('own-obligation-hours', EVERY_15_MINUTES, {}, settings.timeZone);
  consumers.on({
    name: 'own-obligations.conditions',
    types: Object.keys(EVENTS).map((entity) => `cn.anshi.${entity}.*`),
    handle: async (unit, { type, data }) => {
      const entity = type.split('.')[2] ?? '';
      const person = about.safeParse(data).data?.person;
      const rows = await unit.tx.ownObligation.findMany({
        where: {
          condition: { in: [...(EVENTS[entity] ?? [])] },
          endedAt: null,
          // One file of an import concerns no other person.
          ...(entity === 'person' && person ? { personId: person } : {}),
        },
        select: { id: true },
        // Further ones follow within a quarter of an hour.
        orderBy: { id: 'asc' },
        take: MOST_AT_ONCE,
      });
      if (rows.length > 0)
        await obligations.refresh(
          unit,
          OWN,
          rows.map(({ id }) => id),
        );
    },
  });
  return { register: (app) => registerOwnObligations(app, own) };
};
