import { topics } from '@anshi/contracts';
import { z } from 'zod';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { concernedBy, factTypes } from '../match/fit.ts';
import { createAsk } from './ask.ts';
import { createDecisions } from './decisions.ts';
import { seedDemoGate } from './demo.ts';
import { registerGateDevices } from './device-routes.ts';
import { createEdgeDelivery } from './edge-delivery.ts';
import { createEdgeLists } from './edge-lists.ts';
import { registerEdge } from './edge-routes.ts';
import { createEdgeServe } from './edge-serve.ts';
import { createEdgeTell } from './edge-tell.ts';
import { machineHours } from './machine-hours.ts';
import { FEATURE } from './manifest.ts';
import { createOperationHistory } from './operation-history.ts';
import { createOverrides } from './overrides.ts';
import { createPoints } from './points.ts';
import { registerGates } from './routes.ts';
import { createSeenAlone } from './seen-alone.ts';
import { createSessions } from './sessions.ts';
import { createSignOn } from './sign-on.ts';
import { createTell } from './tell.ts';

/** How often sessions are looked at without being nudged, ms. */
const EVERY_MS = 2_000;
const OVERRIDE_ENDED = 'cn.anshi.gate-override.ended.v1';
const overrideFact = z.object({ person: z.string() });
/** What may change who is on a list of permits. */
const EDGE_FACTS = [
  ...factTypes,
  OVERRIDE_ENDED,
  'cn.anshi.gate-point.*',
  'cn.anshi.work-assignment.*',
  'cn.anshi.vehicle.*',
  'cn.anshi.vehicle-area.*',
];
const issued = z.object({ data: z.object({ device: z.string() }) });
const record = z.object({ data: z.object({ decision: z.string() }) });

/** Whether a person may start a machine or enter: points, decisions, overrides, sessions of operation. */
export const open: Open = (platform) => {
  const { services, consumers, bus, live, settings, features, log, devices } = platform;
  const { tenant } = settings;
  const matching = services.get('match');
  services.provide('machineHours', machineHours);
  const tell = createTell(platform);
  const seen = createSeenAlone(platform);
  const ask = createAsk({ ...platform, matching, seen });
  const edgeTell = createEdgeTell(platform);
  const serve = createEdgeServe({ ...platform, tell: edgeTell });
  const lists = createEdgeLists({ ...platform, matching, onIssued: serve.issued });
  const delivery = createEdgeDelivery({ ...platform, matching, tell: edgeTell });
  const sessions = createSessions({ ...platform, matching, tell });
  let loop: Loop | null = null;
  let edgeLoop: Loop | null = null;
  const nudge = () => loop?.nudge();
  consumers.on({
    name: 'gates.refused',
    feature: FEATURE,
    types: ['cn.anshi.gate-decision.denied.v1', 'cn.anshi.gate-decision.held.v1'],
    handle: async (unit, { subject }) => {
      if (subject !== null) await tell.refused(unit, subject);
    },
  });
  matching.watch({
    name: 'sessions at machines',
    feature: FEATURE,
    due: (tx, concerned) => sessions.recheck(tx, concerned),
    // Its own loop looks at what is due.
    pass: async () => {
      nudge();
      return false;
    },
  });
  consumers.on({
    name: 'gates.override-ended',
    feature: FEATURE,
    types: [OVERRIDE_ENDED],
    handle: async (unit, { data }) => {
      await sessions.recheck(unit.tx, overrideFact.parse(data));
      unit.afterCommit(nudge);
    },
  });
  consumers.on({
    name: 'gates.edge-facts-changed',
    feature: FEATURE,
    types: EDGE_FACTS,
    handle: async (unit, event) => {
      const { person } =
        event.type === OVERRIDE_ENDED ? overrideFact.parse(event.data) : concernedBy(event);
      if (person !== undefined) return lists.recheck(unit, person);
      await lists.due(unit.tx);
      unit.afterCommit(() => edgeLoop?.nudge());
    },
  });
  bus.subscribe(topics.records(tenant, 'gate-edge-list'), 1, (_topic, message) => {
    const read = issued.safeParse(message);
    if (read.success) serve.issued(read.data.data.device);
  });
  services.get('machines').onState(nudge);
  live.offer('gates');
  // What any process committed comes back by the outbox.
  bus.subscribe(topics.records(tenant, 'gate-decision'), 1, (_topic, message) => {
    const read = record.safeParse(message);
    if (!read.success) return;
    live.push(tenant, 'gates', { type: 'gate-decision', id: read.data.data.decision });
    nudge();
  });
  return {
    register(app) {
      registerGateDevices(app, { ask, devices, tellForeign: tell.foreign });
      registerEdge(app, { serve, delivery, devices });
      registerGates(app, {
        decisions: createDecisions(platform),
        overrides: createOverrides(platform),
        points: createPoints(platform),
        signOn: createSignOn(platform),
        history: createOperationHistory({ ...platform, timeZone: settings.timeZone }),
      });
    },
    async start() {
      if (settings.demo) await seedDemoGate(platform);
      loop = startLoop({
        name: 'sessions at machines',
        log,
        everyMs: EVERY_MS,
        pass: async () => features.isOn(FEATURE) && sessions.pass(),
      });
      edgeLoop = startLoop({
        name: 'lists of permits',
        log,
        everyMs: EVERY_MS,
        pass: async () => features.isOn(FEATURE) && lists.pass(),
      });
    },
    async close() {
      serve.close();
      await Promise.all([loop?.close(), edgeLoop?.close()]);
    },
  };
};
