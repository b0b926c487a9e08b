import { runRegularly } from '../../platform/kit/daily.ts';
import type { Open } from '../../platform/module.ts';
import { createEvidenceHolds } from './holds.ts';
import { tellOfReviews } from './reviews.ts';
import { registerEvidenceHolds } from './routes.ts';

/** Holds on the evidence of incidents. */
export const open: Open = async (platform) => {
  const { database, units, notices, services, settings } = platform;
  const { timeZone } = settings;
  const incidents = services.get('incidents').service;
  const holds = createEvidenceHolds({ database, units, incidents, timeZone });
  await runRegularly(
    platform,
    { id: 'evidence-hold-reviews', feature: 'monitoring', cron: '30 7 * * *', atStart: true },
    (tenant) => tellOfReviews({ units, notices, timeZone }, tenant),
  );
  return { register: (app) => registerEvidenceHolds(app, holds) };
};
