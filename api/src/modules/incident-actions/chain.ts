import { Prisma } from '../../generated/prisma/client.ts';
import { commandEntries } from '../../platform/commands/chain.ts';
import { type ChainSource, shifted } from '../../platform/incident-chain.ts';

/** Other commands of the place until so long after the incident are shown, ms. */
const AFTER_MS = 15 * 60_000;

/** `command c` was given because of the incident, or undoes one that was. */
const becauseOf = (incidents: readonly string[]) => Prisma.sql`EXISTS (
  SELECT 1 FROM incident_action x
  WHERE x.incident_id = ANY (${[...incidents]}::text[]) AND x.command_id IN (c.id, c.reverses))`;

const common = {
  part: 'during',
  permission: 'command:read',
  feature: 'site-devices',
  of: 'place',
} as const;

/** Commands that were given because of the incident, and apart from them those that only were of its place and time. */
export const chain: readonly ChainSource[] = [
  {
    ...common,
    kind: 'incident-command',
    name: { zh: '针对本事件的指令', en: 'Commands because of this incident' },
    read: (tx, { incidents }) => commandEntries(tx, becauseOf(incidents)),
  },
  {
    ...common,
    kind: 'command',
    name: { zh: '同一区域同一时段的其他指令', en: 'Other commands in this area at that time' },
    read: async (tx, { incidents, areas, startedAt, endedAt }) =>
      areas.length === 0
        ? []
        : commandEntries(
            tx,
            Prisma.sql`c.given_at BETWEEN ${startedAt} AND ${shifted(endedAt, AFTER_MS)}
              AND EXISTS (SELECT 1 FROM site_device s WHERE s.tenant_id = c.tenant_id AND s.device = c.device
                AND s.area_id = ANY (${[...areas]}::text[]))
              AND NOT ${becauseOf(incidents)}`,
          ),
  },
];
