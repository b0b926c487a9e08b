import { runRegularly } from '../../platform/kit/daily.ts';
import type { Open } from '../../platform/module.ts';
import { createDeviceFiles } from './device-files.ts';
import { createDeviceFindings } from './findings.ts';
import { deviceFindingFlow } from './flow.ts';
import { createDeviceList } from './list.ts';
import { MAINTENANCE, maintenance } from './obligations.ts';
import { createDeviceRecords } from './records.ts';
import { registerDeviceFiles } from './routes.ts';

const FEATURE = 'device-files';

export const open: Open = async (platform) => {
  const { units, obligations, workflows, consumers, settings } = platform;
  const { timeZone } = settings;
  workflows.seed(deviceFindingFlow, { read: 'device-file:read' });
  const records = createDeviceRecords({ workflows, obligations, timeZone });
  obligations.provide(MAINTENANCE, maintenance(records));
  const findings = createDeviceFindings({ units, workflows, records });
  const files = createDeviceFiles({ units, records, findings, obligations });
  consumers.on({
    name: 'device-files.area-changed',
    feature: FEATURE,
    types: ['cn.anshi.area.changed.v1'],
    handle: (unit, event) => findings.checkAll(unit, event.subject ?? undefined),
  });
  // Also what changed while the module was off, or came with a backup.
  await runRegularly(
    platform,
    { id: 'device-findings', feature: FEATURE, cron: '*/5 * * * *', atStart: true },
    findings.checkTenant,
  );
  return {
    register: (app) =>
      registerDeviceFiles(app, {
        list: createDeviceList({ units, records, timeZone }),
        files,
        findings,
      }),
  };
};
