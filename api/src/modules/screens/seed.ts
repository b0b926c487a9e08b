import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

/** The cameras of the demonstration, in the order of its wall. */
const GROUP = {
  site: 'changzhou-1',
  name: { zh: '中控室大屏', en: 'Control room' },
  cameras: ['hall-west', 'hall-east', 'aisle'],
};

/** A shared group, so that a screen can be paired on the first day. */
export const seedDemo = ({ database, tenant }: DemoParts): Promise<void> =>
  database.transaction({ tenant, user: null }, async (tx) => {
    if (await tx.wallGroup.findFirst()) return;
    await tx.wallGroup.create({ data: { tenantId: tenant, id: newId(), ...GROUP } });
  });
