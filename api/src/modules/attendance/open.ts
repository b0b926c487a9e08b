import type { Open } from '../../platform/module.ts';
import { createCorrections } from './corrections.ts';
import { createClockImport } from './import-work.ts';
import { clockIns } from './imports.ts';
import { renewWithFiles } from './joined-files.ts';
import { createDayList } from './list.ts';
import { FEATURE } from './manifest.ts';
import { moveWithBadges } from './moved-badges.ts';
import { createOwn } from './own.ts';
import { clockByPosition } from './position.ts';
import { registerAttendance } from './routes.ts';
import { createSettings } from './settings.ts';

/** Clocking in by the app, by position and from lists, and the attendance made of it. */
export const open: Open = (platform) => {
  const { services, settings, features, imports, units } = platform;
  services.get('fixes').on(async (tx, badges) => {
    if (features.isOn(FEATURE)) await clockByPosition(tx, settings, badges);
  });
  moveWithBadges(platform);
  renewWithFiles(platform);
  imports.add(clockIns, createClockImport(settings));
  const corrections = createCorrections(platform);
  return {
    register: (app) =>
      registerAttendance(app, {
        units,
        corrections,
        own: createOwn({ ...platform, corrections }),
        days: createDayList(platform),
        settings: createSettings(platform),
      }),
  };
};
