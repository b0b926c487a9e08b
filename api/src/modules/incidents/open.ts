import { topics } from '@anshi/contracts';
import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createClaims } from './claims.ts';
import { registerClaims } from './claims-routes.ts';
import { createIncidentEvents, type IncidentEvents } from './events.ts';
import { createHandChanges } from './hand.ts';
import { startReviewNotices } from './notify-reviewers.ts';
import { registerIncidents } from './routes.ts';
import { createIncidents, type IncidentsService } from './service.ts';
import { createIncidentSettings } from './settings.ts';
import { readIncidents } from './view.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    incidents: { service: IncidentsService; events: Pick<IncidentEvents, 'follow' | 'onCommit'> };
  }
}

export const open: Open = (platform) => {
  const { settings, database, units, bus, live, services, notices, features, log } = platform;
  const { tenant } = settings;
  const violations = services.get('violations').service;
  const events = createIncidentEvents({
    bus,
    live,
    log,
    tenant,
    read: (of, account, id) =>
      account
        ? incidents.summary(account, id)
        : database.transaction({ tenant: of, user: null }, async (tx) => {
            const [incident] = await readIncidents(tx, [id]);
            return incident ?? null;
          }),
  });
  const { service: cameras, configuration } = services.get('cameras');
  const tellOfClaims = () => live.push(tenant, 'incidents', { type: 'incident-claims' });
  // Changes of other processes. Nothing but that they changed: each browser asks for what it may see.
  bus.subscribe(topics.records(tenant, 'incident-claim'), 1, tellOfClaims);
  const claims = createClaims({ database, units, notices, events });
  const joining = { events, planOf: cameras.floorPlan };
  const incidents: IncidentsService = createIncidents({
    database,
    units,
    violations,
    joining,
    claims,
  });
  violations.follow({ before: incidents.holdOf, decided: incidents.follow });
  services.provide('incidents', { service: incidents, events });
  const hand = createHandChanges({ units, incidents, violations, joining });
  const siteSettings = createIncidentSettings({
    units,
    sites: () => configuration.file.sites,
  });
  let reviewNotices: Loop | null = null;
  return {
    register(app) {
      registerIncidents(app, { incidents, hand, settings: siteSettings });
      registerClaims(app, claims);
    },
    start() {
      const parts = { database, units, notices, features, tenant, log };
      reviewNotices = startReviewNotices(parts);
    },
    close: () => reviewNotices?.close(),
  };
};
