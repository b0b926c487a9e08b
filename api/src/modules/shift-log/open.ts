import type { Open } from '../../platform/module.ts';
import { seedDemoShiftLog } from './demo.ts';
import { createDeskAlarms } from './desk-alarms.ts';
import { registerShiftLog } from './routes.ts';
import { createShiftLogs } from './shift-log.ts';
import { tellScreens } from './tell-screens.ts';

/** Opens the alarms of the control room and the shift log. */
export const open: Open = ({ database, units, notices, services, bus, live, settings, log }) => {
  const { tenant } = settings;
  const { configuration, service: reach } = services.get('cameras');
  const { events: incidents } = services.get('incidents');
  const tell = tellScreens({ live, bus, incidents, tenant });
  const alarms = createDeskAlarms({ database, units, onAcknowledged: tell });
  const logs = createShiftLogs({
    units,
    notices,
    reach,
    cameras: () => configuration.file.cameras,
    sites: () => configuration.file.sites,
  });
  return {
    register: (app) => registerShiftLog(app, { alarms, logs }),
    async start() {
      const [site] = configuration.file.sites;
      if (!settings.demo?.records || !site) return;
      await seedDemoShiftLog(database, tenant, site.id).catch((err: unknown) =>
        log.warn({ err }, 'the shift log of the demonstration was not made'),
      );
    },
  };
};
