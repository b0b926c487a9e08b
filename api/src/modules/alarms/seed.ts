import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

const usual = { cameras: [], areas: [], rules: [], soundIn: [], holdSeconds: 10, maxSeconds: 120 };

/** What every tenant starts with: what is severe sounds in its own area. */
export async function seed(tx: Transaction, tenantId: string): Promise<void> {
  if ((await tx.alarmLine.count()) > 0) return;
  await tx.alarmLine.createMany({
    data: [
      {
        tenantId,
        id: newId(),
        name: { zh: '高风险违章：所在区域报警', en: 'High severity: the area of the violation' },
        ...usual,
        severities: ['high'],
        light: 'flash',
        sound: true,
      },
    ],
  });
}

/** The gate of the demonstration has no device of its own: the siren of the aisle lights up for it. */
export const seedDemo = ({ database, tenant: tenantId }: DemoParts): Promise<void> =>
  database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    if ((await tx.alarmLine.count()) !== 1) return;
    await tx.alarmLine.createMany({
      data: [
        {
          tenantId,
          id: newId(),
          name: { zh: '装卸口未戴防护用品：主通道亮灯', en: 'PPE at the gate: light in the aisle' },
          ...usual,
          areas: ['loading-gate'],
          rules: ['missing-ppe'],
          severities: ['low', 'medium', 'high'],
          soundIn: ['main-aisle'],
          light: 'steady',
          sound: false,
        },
      ],
    });
  });
