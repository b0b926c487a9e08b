import { topics } from '@anshi/contracts';
import type { Open } from '../../platform/module.ts';
import { createDeskAlarms } from './desk-alarms.ts';
import { registerShiftLog } from './routes.ts';
import { createShiftLogs } from './shift-log.ts';

/** Opens the alarms of the control room and the shift log. */
export const open: Open = ({ database, units, notices, services, bus, live, settings }) => {
  const { tenant } = settings;
  const { configuration, service: reach } = services.get('cameras');
  const alarms = createDeskAlarms({ database, units });
  const logs = createShiftLogs({
    units,
    notices,
    reach,
    cameras: () => configuration.file.cameras,
    sites: () => configuration.file.sites,
  });
  live.offer('desk-alarms');
  // What any process committed comes back by the outbox. Each browser asks for what its account sees.
  const tell = () => live.push(tenant, 'desk-alarms', { type: 'desk-alarms' });
  bus.subscribe(topics.records(tenant, 'desk-alarm'), 1, tell);
  bus.subscribe(topics.records(tenant, 'shift-handover'), 1, tell);
  bus.subscribe(topics.records(tenant, 'shift-note'), 1, tell);
  return { register: (app) => registerShiftLog(app, { alarms, logs }) };
};
