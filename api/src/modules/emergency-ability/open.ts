import type { Open } from '../../platform/module.ts';
import { personWithin } from '../people/service.ts';
import { EMERGENCY_END, emergencyEnds } from './obligations.ts';
import { ASSESSMENT } from './records.ts';
import { registerEmergencyAbility } from './routes.ts';
import { createEmergencyAbility } from './service.ts';

export const open: Open = ({ units, uploads, obligations, settings }) => {
  const { files } = uploads;
  files.guard(ASSESSMENT, async (account, tx, file) => {
    const row = await tx.emergencyAssessment.findFirst({
      where: { id: file.attachedTo?.id ?? '' },
    });
    if (!row) return false;
    if (account.person === row.personId) return true;
    if (!account.permissions.has('emergency:read')) return false;
    return personWithin(tx, account, 'emergency:read', row.personId).then(
      () => true,
      () => false,
    );
  });
  obligations.provide(EMERGENCY_END, emergencyEnds);
  const { timeZone } = settings;
  const abilities = createEmergencyAbility({ units, files, obligations, timeZone });
  return { register: (app) => registerEmergencyAbility(app, abilities) };
};
