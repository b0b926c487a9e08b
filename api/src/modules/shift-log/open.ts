import type { Open } from '../../platform/module.ts';
import { createDeskAlarms } from './desk-alarms.ts';
import { registerShiftLog } from './routes.ts';
import { createShiftLogs } from './shift-log.ts';
import { tellScreens } from './tell-screens.ts';

/** Opens the alarms of the control room and the shift log. */
export const open: Open = ({ database, units, notices, services, bus, live, settings }) => {
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
  return { register: (app) => registerShiftLog(app, { alarms, logs }) };
};
