import { type Bilingual, bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { prose } from '../../platform/kit/schemas.ts';
import type { Platform } from '../../platform/module.ts';
import { fireAction, recordService, textOf } from '../../platform/workflow/record.ts';
import { type CaseColumns, caseColumns, flowsOf } from '../../platform/workflow/record-columns.ts';
import {
  type ActionBody,
  actionBody,
  caseShape,
  transitionsShape,
} from '../../platform/workflow/record-schema.ts';
import { showCase, showTransition, userNames } from '../../platform/workflow/record-view.ts';
import { DEVICE_CHECK } from './check-flow.ts';
import type { Devices } from './devices.ts';
import { type DeviceKind, deviceKinds } from './schema.ts';

const about = {
  kind: z.enum(deviceKinds).describe('What it is.'),
  subject: slug.describe('Its id or its name on the bus.'),
};
export const checkBody = z
  .strictObject({ ...about, reason: prose(500).min(1).describe('What is to be looked at.') })
  .meta({ id: 'DeviceCheckRequest' });
export const checkSchema = z
  .object({
    id: ulid,
    ...about,
    name: bilingual.describe('What people call the device.'),
    reason: z.string(),
    openedAt: instant,
    openedBy: bilingual.describe('Who asked for it.'),
    found: z.string().nullable().describe('What was found on site; null while it is open.'),
    ...caseShape,
    ...transitionsShape,
  })
  .meta({ id: 'DeviceCheck' });
export type CheckView = z.infer<typeof checkSchema>;
export const checkQuery = z.strictObject(about);
export const checkList = z.object({ items: z.array(checkSchema) }).meta({ id: 'DeviceCheckList' });
export const checkAction = actionBody.meta({ id: 'DeviceCheckAction' });

/** Checks of one device that are shown; older ones are in the tasks of those who did them. */
const SHOWN = 20;

type Row = CaseColumns & {
  id: string;
  kind: string;
  subject: string;
  reason: string;
  openedAt: Date;
  openedByName: unknown;
  found: string | null;
};

export type DeviceChecks = ReturnType<typeof createDeviceChecks>;

/** Checks of devices on site: opened after a diagnosis, a task of maintenance. */
export function createDeviceChecks(
  { units, workflows }: Pick<Platform, 'units' | 'workflows'>,
  devices: Pick<Devices, 'names' | 'has'>,
) {
  workflows.follow(DEVICE_CHECK, async (unit, found, change) => {
    // The row is written after the case was started.
    if (change === 'started') return;
    await unit.tx.deviceCheck.updateMany({
      where: { id: found.subject.id },
      data: caseColumns(found),
    });
  });

  async function show(unit: Unit, account: Account, rows: readonly Row[]): Promise<CheckView[]> {
    const { tx } = unit;
    const people = await userNames(
      tx,
      rows.flatMap(({ assignees }) => assignees),
    );
    const flows = await flowsOf(workflows, tx, DEVICE_CHECK, rows);
    const nameOf = await devices.names(tx);
    const shown: CheckView[] = [];
    for (const row of rows) {
      const open = row.closedAt === null;
      const steps = open ? await workflows.available(unit, account, { id: row.caseId }) : [];
      const kind = row.kind as DeviceKind;
      shown.push({
        id: row.id,
        kind,
        subject: row.subject,
        name: nameOf(kind, row.subject),
        reason: row.reason,
        openedAt: row.openedAt.toISOString(),
        openedBy: row.openedByName as Bilingual,
        found: row.found,
        ...showCase(row, flows.get(row.flowVersion), people),
        transitions: steps.map(showTransition),
      });
    }
    return shown;
  }

  async function find({ tx }: Unit, id: string): Promise<Row> {
    const row = await tx.deviceCheck.findFirst({ where: { id } });
    if (!row) throw new Problem('device-health.check-unknown');
    return row;
  }
  const one = async (unit: Unit, account: Account, row: Row) =>
    (await show(unit, account, [row]))[0] as CheckView;

  const record = recordService<Row, ActionBody, CheckView>({
    definition: DEVICE_CHECK,
    units,
    workflows,
    read: (unit, _account, id) => find(unit, id),
    show: one,
    act: async (unit, _account, row, action) => {
      const found = await fireAction(workflows, unit, row, action);
      const data = { ...caseColumns(found), found: textOf(action, 'found') || row.found };
      await unit.tx.deviceCheck.updateMany({ where: { id: row.id }, data });
      return { ...row, ...data };
    },
    assignable: () => null,
  });

  return {
    record,

    list: (
      user: User,
      { kind, subject }: z.infer<typeof checkQuery>,
    ): Promise<z.infer<typeof checkList>> =>
      units.run(user, async (unit) => {
        const rows = await unit.tx.deviceCheck.findMany({
          where: { kind, subject },
          orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
          take: SHOWN,
        });
        return { items: await show(unit, user.account, rows) };
      }),

    /** @throws Problem where the device is not known, or one is open. */
    open: (user: User, { kind, subject, reason }: z.infer<typeof checkBody>): Promise<CheckView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        if (!(await devices.has(tx, kind, subject)))
          throw new Problem('device-health.device-unknown');
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${user.tenant} ${kind} ${subject}`}, 5718104))::text`;
        const open = await tx.deviceCheck.findFirst({ where: { kind, subject, closedAt: null } });
        if (open) throw new Problem('device-health.check-open', undefined, { check: open.id });
        const id = newId();
        const name = (await devices.names(tx))(kind, subject);
        const found = await workflows.start(unit, {
          definition: DEVICE_CHECK,
          subject: { entity: DEVICE_CHECK, id },
          belonging: {},
          parts: {},
          title: { zh: `现场排查：${name.zh}`, en: `Check on site: ${name.en}` },
          link: `/device-health/${kind}/${subject}`,
        });
        const { displayName } = user.account;
        await tx.deviceCheck.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              kind,
              subject,
              reason,
              openedAt: new Date(),
              openedByName: displayName,
              ...caseColumns(found),
            },
          ],
        });
        await unit.audit({
          action: 'create',
          entity: DEVICE_CHECK,
          id,
          after: { kind, subject, reason },
        });
        return one(unit, user.account, await find(unit, id));
      }),
  };
}
