import type { Account } from '../../platform/access/account.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import { toldOutside } from './outside.ts';
import type { HazardRow } from './rows.ts';
import { maySee } from './visibility.ts';

export type HazardChange = 'reported' | 'moved' | 'reassigned' | 'overdue';

/** Notifies users who may see a changed hazard; each loads it within their rights. */
export interface HazardEvents {
  pushAfter(unit: Unit, change: HazardChange, hazard: HazardRow): void;
}

export function tellOfHazards(live: LiveEvents): HazardEvents {
  live.offer('hazards');
  return {
    pushAfter(unit, change, hazard) {
      const { tenant } = unit.caller;
      const mayHear = (account: Account) => maySee(account, hazard);
      unit.afterCommit(() =>
        // The id only: each user's view comes from GET /hazards/:id.
        live.push(tenant, 'hazards', { type: 'hazard', change, id: hazard.id }, mayHear),
      );
    },
  };
}

/** The event for the risk model and integrators. No name, no text: they can query the API. */
export function factsOf(hazard: HazardRow) {
  const equipment = hazard.links.find(({ entity }) => entity === 'equipment')?.id ?? null;
  return toldOutside({
    no: hazard.no,
    type: hazard.type,
    level: hazard.level,
    suggestedLevel: hazard.suggestedLevel,
    site: hazard.site,
    area: hazard.areaId,
    department: hazard.departmentId,
    equipment,
    source: hazard.source,
    state: hazard.state,
    outcome: hazard.outcome,
    foundAt: hazard.foundAt.toISOString(),
    reportedAt: hazard.reportedAt.toISOString(),
    closedAt: hazard.closedAt?.toISOString() ?? null,
    links: hazard.links,
  });
}
