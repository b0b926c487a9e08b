import { DateTime } from 'luxon';
import type { Transaction } from '../../platform/db/database.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { Problem } from '../../platform/http/errors.ts';
import { refusedField } from '../../platform/kit/refused-field.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { VehicleCode } from './schema.ts';

/** The name of a kind of vehicle; one that was removed says its id. */
export type NameOfKind = (kind: string) => Bilingual;

export async function namesOfKinds(tx: Transaction): Promise<NameOfKind> {
  const names = new Map((await wordsIn(tx, 'vehicle-kind')).map(({ id, name }) => [id, name]));
  return (kind) => names.get(kind) ?? { zh: kind, en: kind };
}

/** @throws Problem `vehicle.fields` where the kind is not offered. */
export async function requireKind(tx: Transaction, kind: string): Promise<void> {
  const words = await wordsIn(tx, 'vehicle-kind');
  if (!words.some(({ id, active }) => id === kind && active)) {
    throw refuse('kind', `“${kind}”不可选。`, `"${kind}" is not offered.`);
  }
}

export const refuse = (field: string, zh: string, en: string): Problem =>
  refusedField('vehicle.fields', field, { zh, en });

/** Today at the plant. */
export const todayAt = (timeZone: string, now = new Date()): string =>
  DateTime.fromJSDate(now, { zone: timeZone }).toISODate() as string;

export const codeTexts: Record<VehicleCode, Bilingual> = {
  'not-listed': { zh: '该车辆未获准进入此区域。', en: 'The vehicle is not listed for this area.' },
  blocked: { zh: '该车辆已停用。', en: 'The vehicle is blocked.' },
  expired: { zh: '该车辆有效期已过。', en: 'The vehicle is no longer valid.' },
};
