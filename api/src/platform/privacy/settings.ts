import type { Transaction } from '../db/database.ts';

/** How a tenant handles what the law leaves to it. */
export type PrivacySettings = {
  /** Statistics of people show no group of fewer. */
  minGroupSize: number;
  /** Working days in which a request of a person is answered. */
  answerDays: number;
};

/** The settings of the tenant; the defaults where it said nothing. */
export async function privacySettingsOf(tx: Transaction): Promise<PrivacySettings> {
  const row = await tx.privacySetting.findFirst();
  return { minGroupSize: row?.minGroupSize ?? 5, answerDays: row?.answerDays ?? 15 };
}
