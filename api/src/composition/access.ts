import { scheduleAccessReviews } from '../modules/access-reviews/job.ts';
import { accessReviewsModule } from '../modules/access-reviews/routes.ts';
import { createAccessReviews } from '../modules/access-reviews/service.ts';
import { scheduleForgetting } from '../modules/auth/job.ts';
import { authModule } from '../modules/auth/routes.ts';
import { createSecondFactorService } from '../modules/auth/second-factor.ts';
import { createAuthService } from '../modules/auth/service.ts';
import { createSecondFactor } from '../modules/auth/totp.ts';
import { rolesModule } from '../modules/roles/routes.ts';
import { createRolesService } from '../modules/roles/service.ts';
import { openUsers } from '../modules/users/open.ts';
import type { AccountEvents } from '../platform/access/account-events.ts';
import type { Accounts } from '../platform/access/accounts.ts';
import type { Auth } from '../platform/access/auth.ts';
import type { Units } from '../platform/db/unit-of-work.ts';
import type { Features } from '../platform/features/state.ts';
import type { Module } from '../platform/http/app-types.ts';
import type { Jobs } from '../platform/jobs/types.ts';
import type { Notices } from '../platform/notices/types.ts';
import type { Sealed } from '../platform/sealed/sealed.ts';
import type { Settings } from '../platform/settings.ts';

/** Who gets in, and what they may do: signing in, accounts, roles, and the review of both. */
export async function openAccess(parts: {
  settings: Settings;
  auth: Auth;
  accounts: Accounts;
  units: Units;
  events: AccountEvents;
  features: Features;
  sealed: Sealed;
  notices: Notices;
  jobs: Jobs;
}): Promise<Module[]> {
  const { settings, auth, accounts, units, events, features, notices, jobs } = parts;
  const { tenant, session, timeZone } = settings;
  const secondFactor = createSecondFactor(parts.sealed);
  const authService = createAuthService({
    auth,
    accounts,
    units,
    secondFactor,
    tenant,
    events,
    session,
    features: () => features.list(),
  });
  const reviews = createAccessReviews({ units, events, notices });
  await scheduleAccessReviews({ reviews, jobs, timeZone });
  await scheduleForgetting({ units, jobs, timeZone });
  return [
    authModule(
      authService,
      createSecondFactorService({ auth: authService, units, events, secondFactor }),
    ),
    await openUsers({ units, secondFactor, jobs, events, notices, timeZone }),
    rolesModule(createRolesService({ units, events })),
    accessReviewsModule(reviews),
  ];
}
