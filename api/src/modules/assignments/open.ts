import { topics } from '@anshi/contracts';
import type { Open } from '../../platform/module.ts';
import { createBoard } from './board.ts';
import { createCandidates } from './candidates.ts';
import { createCrew } from './crew.ts';
import { seedDemoJobs } from './demo.ts';
import { createJobs } from './jobs.ts';
import { FEATURE } from './manifest.ts';
import { createRecheck } from './recheck.ts';
import { registerAssignments } from './routes.ts';
import { createTell, silent } from './tell.ts';

/** Work assignments: jobs of a week, who is assigned to them, and whether they still may do them. */
export const open: Open = (platform) => {
  const { services, bus, live, settings, features, notices, units, log } = platform;
  const { tenant } = settings;
  const matcher = services.get('match');
  const tell = createTell(notices);
  const jobs = createJobs({ units, matcher, tell });
  matcher.watch(createRecheck({ ...platform, matcher, tell }));
  live.offer('assignments');
  // What any process committed comes back by the outbox.
  for (const entity of ['work-job', 'work-assignment']) {
    bus.subscribe(topics.records(tenant, entity), 1, () =>
      live.push(tenant, 'assignments', { type: entity }),
    );
  }
  return {
    register: (app) =>
      registerAssignments(app, {
        jobs,
        crew: createCrew({ units, matcher, jobs, tell }),
        board: createBoard({ units, settings, matcher }),
        candidates: createCandidates({ units, matcher }),
      }),
    async start() {
      if (!settings.demo || !features.isOn(FEATURE)) return;
      try {
        const crew = createCrew({ units, matcher, jobs, tell: silent });
        await seedDemoJobs(platform, { jobs, crew });
      } catch (error) {
        // People of the demonstration may have been changed: the product starts without these jobs.
        log.warn({ err: error }, 'the jobs of the demonstration were not made');
      }
    },
  };
};
