import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Module } from '../../platform/http/app-types.ts';
import type { Jobs } from '../../platform/jobs/types.ts';
import type { Open } from '../../platform/module.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { SecondFactor } from '../auth/totp.ts';
import { endRequestsOfLeavers } from './leavers.ts';
import { createAccountRequests } from './requests.ts';
import { usersModule } from './routes.ts';
import { createUsersService } from './service.ts';
import { createWaysIn } from './ways-in.ts';

const EXPIRE = 'account-requests-expire';

/** Accounts, and their two-person approvals. */
async function openUsers(parts: {
  units: Units;
  events: AccountEvents;
  secondFactor: SecondFactor;
  notices: Notices;
  jobs: Jobs;
  timeZone: string;
}): Promise<Module> {
  const { units, secondFactor, notices, jobs, timeZone } = parts;
  const waysIn = createWaysIn(parts);
  const requests = createAccountRequests({ units, waysIn, secondFactor, notices });
  jobs.define(EXPIRE, {}, async (_data, { tenant }) => {
    await requests.expire(tenant);
  });
  await jobs.schedule(EXPIRE, '10 * * * *', {}, timeZone);
  return usersModule(createUsersService({ units, waysIn, requests }), requests);
}

export const open: Open = ({
  units,
  accountEvents,
  services,
  notices,
  jobs,
  settings,
  consumers,
}) => {
  consumers.on(endRequestsOfLeavers(notices));
  return openUsers({
    units,
    events: accountEvents,
    secondFactor: services.get('secondFactor'),
    notices,
    jobs,
    timeZone: settings.timeZone,
  });
};
