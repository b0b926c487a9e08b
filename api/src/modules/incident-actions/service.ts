import type { Outputs } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { CommandView } from '../../platform/commands/schema.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { type IncidentRow, withMerged } from '../incidents/rows.ts';
import type { IncidentsService } from '../incidents/service.ts';
import type { SiteDeviceStates } from '../site-devices/states.ts';
import { asReader } from '../violations/reach.ts';
import type { ActionDevice, ActionList, ActionRequest, IncidentAction } from './schema.ts';

/** An alarm by hand sounds for so long, seconds. */
const ALARM_SECONDS = 30;
/** A request to a machine that was answered less than this ago is the same request, ms. */
const SAME_WITHIN_MS = 60_000;
const MOST_DEVICES = 50;
const MOST_COMMANDS = 50;

const actionsOf: Readonly<Record<ActionDevice['kind'], readonly IncidentAction[]>> = {
  beacon: ['alarm'],
  speaker: ['alarm'],
  'machine-control': ['derate', 'controlled-stop'],
};

interface DeviceRow extends Omit<ActionDevice, 'now' | 'actions'> {
  active: boolean;
}

/** Commands that people give because of an incident. They are no safety function. */
export function createIncidentActions({
  units,
  commands,
  incidents,
  states,
}: Pick<Platform, 'units' | 'commands'> & {
  incidents: Pick<IncidentsService, 'findWhole'>;
  states: Pick<SiteDeviceStates, 'now'>;
}) {
  const find = (tx: Transaction, { account }: User, id: string): Promise<IncidentRow> =>
    incidents.findWhole(tx, id, asReader(account));

  /** The devices in use of the site of an incident, those of its areas first. */
  const devicesOf = (tx: Transaction, { areas, site }: IncidentRow): Promise<DeviceRow[]> =>
    sqlIn(tx)<DeviceRow>(Prisma.sql`
      SELECT s.id, s.device, s.kind, s.name, s.second_person AS "secondPerson", s.active, a.name AS "areaName",
        s.area_id = ANY (${areas}::text[]) AS "isHere"
      FROM site_device s JOIN area a ON a.tenant_id = s.tenant_id AND a.id = s.area_id
      WHERE s.active AND a.site = ${site}
      ORDER BY "isHere" DESC, s.kind, s.device LIMIT ${MOST_DEVICES}`);

  /** The commands that were given because of an incident, and of those that became part of it. */
  async function given(unit: Unit, user: User, incident: string): Promise<CommandView[]> {
    const rows = await unit.tx.incidentAction.findMany({
      where: { incidentId: { in: await withMerged(unit.tx, incident) } },
      orderBy: { id: 'desc' },
      take: MOST_COMMANDS,
    });
    return commands.showOf(
      unit,
      rows.map(({ commandId }) => commandId),
      user,
    );
  }

  return {
    /** What can be told to which device, and what was. */
    list: (user: User, id: string): Promise<ActionList> =>
      units.run(user, async (unit) => {
        const incident = await find(unit.tx, user, id);
        const devices = await devicesOf(unit.tx, incident);
        return {
          devices: devices.map(({ active: _, ...one }) => ({
            ...one,
            now: states.now(one.device),
            actions: [...actionsOf[one.kind]],
          })),
          commands: await given(unit, user, incident.id),
        };
      }),

    /**
     * Gives a command because of an incident. A request to a machine that runs, or was answered a moment ago, is not
     * given again: two people who press, or one who presses twice, make one command.
     *
     * @throws Problem `incident-action.not-here`, and those of `requestCommand`.
     */
    act: (
      user: User,
      id: string,
      request: ActionRequest,
    ): Promise<{ command: CommandView; isNew: boolean }> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { key, action, reason } = request;
        const incident = await find(tx, user, id);
        // A caller at the same time waits here and finds the command of the other.
        await tx.$queryRaw`SELECT 1 FROM site_device WHERE id = ${request.device} FOR UPDATE`;
        const devices = await devicesOf(tx, incident);
        const device = devices.find((one) => one.id === request.device);
        if (!device || !actionsOf[device.kind].includes(action)) {
          throw new Problem('incident-action.not-here');
        }
        const told = toldBy(request, device.kind);
        const same =
          action === 'alarm'
            ? null
            : await commands.findSame(unit, { device: device.device, ...told }, SAME_WITHIN_MS);
        const { row, isNew } = same
          ? { row: same, isNew: false }
          : await commands.request(unit, {
              device: device.device,
              kind: device.kind,
              name: device.name,
              ...told,
              secondPerson: device.secondPerson,
              cause: 'manual',
              reason,
              key,
              // Alarms of one incident prolong each other.
              act: incident.id,
            });
        const { count } = await tx.incidentAction.createMany({
          data: [
            { tenantId: user.tenant, id: newId(), incidentId: incident.id, commandId: row.id },
          ],
          skipDuplicates: true,
        });
        if (count > 0) {
          const after = { command: row.id, device: device.device, action };
          const entry = { action: 'act-on-incident', entity: 'incident', id: incident.id } as const;
          await unit.audit({ ...entry, after, reason });
        }
        return { command: await commands.show(unit, row, user), isNew };
      }),
  };
}

/** The command of an action, as the kind of device knows it. */
function toldBy(
  { action, percent }: ActionRequest,
  kind: ActionDevice['kind'],
): { action: string; parameters: Outputs } {
  if (action !== 'alarm') {
    return { action, parameters: percent === undefined ? {} : { percent } };
  }
  const light = kind === 'beacon' ? ({ light: 'flash' } as const) : {};
  return { action: 'signal', parameters: { ...light, sound: true, seconds: ALARM_SECONDS } };
}
