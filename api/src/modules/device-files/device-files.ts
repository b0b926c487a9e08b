import type { z } from 'zod';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, noteCreated, pick, saveAtVersion } from '../../platform/kit/save.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import type { DeviceFindings } from './findings.ts';
import { DEVICE_FINDING } from './flow.ts';
import { MAINTENANCE } from './obligations.ts';
import type { DeviceRecords } from './records.ts';
import type { DeviceFileView, deviceFileInput, deviceFilePatch } from './schema.ts';

export const DEVICE_FILE = 'device-file';

const LOGGED = [
  'kind',
  'name',
  'ref',
  'areaId',
  'place',
  'maker',
  'model',
  'serial',
  'installedOn',
  'maintenanceDays',
  'maintainedOn',
  'ipSolids',
  'ipWater',
  'vibration',
  'interference',
  'link',
  'status',
] as const;

type Input = z.infer<typeof deviceFileInput>;
type Given = { [Field in keyof Input]?: Input[Field] | undefined };

/** The given fields, with days as the database holds them. */
function stored(given: Given) {
  const { installedOn, maintainedOn, ...rest } = givenOnly(given);
  return {
    ...rest,
    ...(installedOn === undefined ? {} : { installedOn: dayDate(installedOn) }),
    ...(maintainedOn === undefined ? {} : { maintainedOn: dayDate(maintainedOn) }),
  };
}

export type DeviceFiles = ReturnType<typeof createDeviceFiles>;

/** What users do with the files of devices. A change is compared with the place at once. */
export function createDeviceFiles(options: {
  units: Units;
  records: DeviceRecords;
  findings: Pick<DeviceFindings, 'check'>;
  obligations: Pick<Obligations, 'refresh'>;
}) {
  const { units, records, findings, obligations } = options;

  /** @throws Problem where the kind, the area or the ref cannot be used. */
  async function requireKnown({ tx }: Pick<Unit, 'tx'>, given: Given): Promise<void> {
    const { kind, areaId, ref } = given;
    const refuse = (field: string, zh: string, en: string) =>
      new Problem('device-file.word-unknown', undefined, { errors: [fieldError(field, zh, en)] });
    if (kind !== undefined) {
      const words = await wordsIn(tx, 'acquisition-kind');
      if (!words.some(({ id, active }) => id === kind && active)) {
        throw refuse('kind', `“${kind}”不可选。`, `"${kind}" is not offered.`);
      }
    }
    if (areaId && !(await tx.area.findFirst({ where: { id: areaId, active: true } }))) {
      throw refuse('areaId', `没有在用区域“${areaId}”。`, `There is no area "${areaId}" in use.`);
    }
    if (kind !== undefined && ref) await requireUnnamed({ tx }, kind, ref);
  }

  /** @throws Problem where another device in use has this id. */
  async function requireUnnamed(
    { tx }: Pick<Unit, 'tx'>,
    kind: string,
    ref: string | null,
    except?: string,
  ): Promise<void> {
    if (ref === null) return;
    const other = await tx.deviceFile.findFirst({
      where: { kind, ref, status: { not: 'retired' }, ...(except ? { NOT: { id: except } } : {}) },
      select: { id: true },
    });
    if (other) throw new Problem('device-file.ref-taken', undefined, { device: other.id });
  }

  return {
    get: (user: User, id: string): Promise<DeviceFileView> =>
      units.run(user, async (unit) =>
        records.show(unit, user.account, await records.find(unit.tx, id)),
      ),

    create: (user: User, input: z.infer<typeof deviceFileInput>): Promise<DeviceFileView> =>
      units.run(user, async (unit) => {
        await requireKnown(unit, input);
        const id = newId();
        await unit.tx.deviceFile.create({
          data: { tenantId: user.tenant, id, ...input, ...stored(input) },
        });
        const event = ['created', { device: id }] as const;
        await noteCreated(unit, { entity: DEVICE_FILE, id, after: input, event });
        await obligations.refresh(unit, MAINTENANCE, [id]);
        await findings.check(unit, id);
        return records.show(unit, user.account, await records.find(unit.tx, id));
      }),

    change: (
      user: User,
      id: string,
      { version, ...given }: z.infer<typeof deviceFilePatch>,
    ): Promise<DeviceFileView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const now = await records.find(tx, id);
        const isMoved = given.areaId !== undefined && given.areaId !== now.areaId;
        const isRenamed = given.kind !== undefined && given.kind !== now.kind;
        const ref = given.ref === undefined ? now.ref : given.ref;
        const isBack = now.status === 'retired' && (given.status ?? 'retired') !== 'retired';
        const isNamed = isRenamed || isBack || ref !== now.ref;
        // A kind or an area that is out of use by now may stay.
        await requireKnown(unit, {
          kind: isRenamed ? given.kind : undefined,
          areaId: isMoved ? given.areaId : undefined,
        });
        if (isNamed) await requireUnnamed(unit, given.kind ?? now.kind, ref, id);
        await saveAtVersion(unit, {
          entity: DEVICE_FILE,
          id,
          version,
          conflict: 'device-file.version-conflict',
          find: () => records.find(tx, id),
          write: (next) =>
            tx.deviceFile.updateMany({
              where: { id, version },
              data: { ...stored(given), version: next },
            }),
          show: (row) => records.show(unit, user.account, row),
          log: (row) => pick(row, LOGGED),
          event: 'changed',
        });
        await obligations.refresh(unit, MAINTENANCE, [id]);
        await findings.check(unit, id);
        return records.show(unit, user.account, await records.find(tx, id));
      }),

    /** The changes of a file and its findings, newest first. */
    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await records.find(tx, id);
        const found = await tx.deviceFinding.findMany({
          where: { deviceId: id },
          select: { id: true, fault: true },
        });
        return historyOf(tx, {
          [DEVICE_FILE]: [[id, null]],
          [DEVICE_FINDING]: found.map((one) => [one.id, null]),
        });
      }),
  };
}
