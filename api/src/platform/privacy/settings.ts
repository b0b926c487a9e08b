import type { Transaction } from '../db/database.ts';

/** The tenant's choices where the law leaves one. */
export type PrivacySettings = {
  /** Minimum size of a group of people in statistics. */
  minGroupSize: number;
  /** Working days to answer a person's request. */
  answerDays: number;
};

/** The tenant's settings, with defaults. */
export async function privacySettingsOf(tx: Transaction): Promise<PrivacySettings> {
  const row = await tx.privacySetting.findFirst();
  return { minGroupSize: row?.minGroupSize ?? 5, answerDays: row?.answerDays ?? 15 };
}
