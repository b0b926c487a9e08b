import { topics } from '@anshi/contracts';
import { z } from 'zod';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { keepAlarmDecisions } from './decisions.ts';
import { createAlarmLines } from './lines.ts';
import { createAlarmList } from './list.ts';
import { createAlarmMutes } from './mutes.ts';
import { publishAlarmPlan } from './publish.ts';
import { createAlarmRecords } from './record.ts';
import { takeAlarmReports } from './reports.ts';
import { registerAlarms } from './routes.ts';

/** How soon an alarm without an answer is found, ms. */
const SUPERVISE_MS = 300;

const told = z.object({
  data: z.object({ alarm: z.string(), violation: z.string(), state: z.string() }),
});

/** Alarms that workers give on site: their plan, their mutes, their record and supervision. */
export const open: Open = (platform) => {
  const { units, bus, live, services, settings, log } = platform;
  const { configuration } = services.get('cameras');
  let plan: Loop | null = null;
  let supervision: Loop | null = null;
  const onChange = () => plan?.nudge();
  const records = createAlarmRecords(platform);
  takeAlarmReports(platform, records);
  // What any process committed comes back by the outbox: browsers load what it says has changed.
  bus.subscribe(topics.records(settings.tenant, 'alarm'), 1, (_topic, message) => {
    const read = told.safeParse(message);
    if (!read.success) return;
    const { alarm: id, violation, state } = read.data.data;
    live.push(settings.tenant, 'commands', { type: 'alarm', id, violation, state });
  });
  // Workers hear of a snooze at once, and of its end.
  platform.onEvents((types) => {
    if (types.some((type) => type.startsWith('cn.anshi.snooze.'))) onChange();
  });
  // Lines that name a camera which was removed can be saved: it does no harm.
  const cameras = () => [...configuration.file.cameras, ...configuration.removed];
  keepAlarmDecisions(platform, cameras);
  return {
    register: (app) =>
      registerAlarms(app, {
        alarms: createAlarmList({ units }),
        lines: createAlarmLines({ units, cameras, onChange }),
        mutes: createAlarmMutes({ units, onChange }),
      }),
    start() {
      plan = publishAlarmPlan(platform);
      plan.nudge();
      supervision = startLoop({
        name: 'alarms without an answer',
        log,
        everyMs: SUPERVISE_MS,
        async pass() {
          await records.superviseOnce();
          return false;
        },
      });
    },
    async close() {
      await Promise.all([plan?.close(), supervision?.close()]);
    },
  };
};
