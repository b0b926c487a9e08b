import type { Transaction } from '../../platform/db/database.ts';
import { startWithDefaults } from './routing-defaults.ts';
import type { HazardType } from './setup-schema.ts';

const type = (
  id: string,
  zh: string,
  en: string,
  violationRules: string[] = [],
  defaultLevel: HazardType['defaultLevel'] = 'general',
): Omit<HazardType, 'sort' | 'active'> => ({
  id,
  name: { zh, en },
  defaultLevel,
  violationRules,
});

/** The hazard types of a new tenant; afterwards they are its own. */
export const seedTypes = [
  type('unsafe-act', '不安全行为', 'Unsafe behaviour', [
    'running',
    'climbing',
    'phone-use',
    'loitering',
    'unqualified-operator',
  ]),
  // Slip hazards.
  type('unsafe-condition', '不安全状态', 'Unsafe condition', ['person-down']),
  type('ppe', '劳动防护用品', 'Protective equipment', ['missing-ppe']),
  type('machine-guard', '机械防护', 'Machine guards', [
    'zone-intrusion',
    'line-crossing',
    'hand-in-danger',
    'unattended-machine',
  ]),
  type('electrical', '电气安全', 'Electrical'),
  type('fire', '消防与疏散', 'Fire and escape'),
  type('lifting', '起重与吊装', 'Lifting'),
  type('vehicle', '厂内机动车辆', 'Vehicles on site'),
  type('work-at-height', '高处作业', 'Work at height'),
  type('hot-work', '动火作业', 'Hot work'),
  type('confined-space', '有限空间', 'Confined space'),
  type('special-equipment', '特种设备', 'Special equipment'),
  type('chemical-leak', '化学品泄漏', 'Chemical leak'),
  type('metering-anomaly', '物料计量异常', 'Metering anomaly'),
  type('chemical-storage', '化学品储存', 'Chemical storage'),
  type('dust', '粉尘与通风', 'Dust and ventilation'),
  type('occupational-health', '职业卫生', 'Occupational health'),
  type('housekeeping', '现场 5S', 'Housekeeping'),
  type('management', '管理缺陷', 'Management', ['over-occupancy', 'lone-work']),
  type('other', '其他', 'Other'),
].map((one, position) => ({ ...one, active: true, sort: (position + 1) * 10 }));

/** Adds the types to a tenant that has none. */
export async function seedDictionaries(tx: Transaction, tenantId: string): Promise<void> {
  if ((await tx.hazardType.count()) === 0) {
    await tx.hazardType.createMany({
      data: seedTypes.map((one) => ({ tenantId, ...one })),
      skipDuplicates: true,
    });
    await startWithDefaults(tx, tenantId);
  }
}
