import { topics } from '@anshi/contracts';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Loop } from '../../platform/feed/loop.ts';
import { allOf } from '../../platform/kit/sql.ts';
import type { Open } from '../../platform/module.ts';
import { consentGate } from '../consent/gate.ts';
import type { Concerned } from '../match/watchers.ts';
import { fenceByKind } from './by-kind.ts';
import { createFenceEvents } from './events.ts';
import { createFences } from './fences.ts';
import { watchFences } from './loop.ts';
import { FEATURE } from './manifest.ts';
import { correctNames } from './names.ts';
import { markMoved } from './outlines.ts';
import { createRecord } from './record.ts';
import { createRights } from './rights.ts';
import { registerFences } from './routes.ts';
import { createSettle } from './settle.ts';
import { createTell } from './tell.ts';
import { markDue } from './tracks.ts';
import { takeFixes } from './watch.ts';

const record = z.object({ data: z.object({ event: z.string() }) });
const personFact = z.object({ person: z.string() });
const badgeFact = z.object({ badge: z.string() });

/** Electronic fences on areas of the register: who may be there, and who must not leave. */
export const open: Open = (platform) => {
  const { services, consumers, bus, live, settings, features, notices } = platform;
  const { tenant } = settings;
  const matcher = services.get('match');
  const settle = createSettle({
    tenant,
    rights: createRights({ matcher, settings }),
    record: createRecord({ tenant, tell: createTell(notices) }),
    consent: consentGate,
  });
  let loop: Loop | null = null;
  const nudge = () => loop?.nudge();

  /** The rights of the badges that a changed fact concerns are decided again. */
  const due = (tx: Transaction, { person, area }: Concerned): Promise<void> =>
    markDue(
      tx,
      allOf([
        ...(person === undefined ? [] : [Prisma.sql`t.person_id = ${person}`]),
        ...(area === undefined
          ? []
          : [Prisma.sql`t.fence_id IN (SELECT id FROM area_fence WHERE area_id = ${area})`]),
      ]),
    );

  services.get('fixes').on(async (tx, badges) => {
    if (features.isOn(FEATURE)) await takeFixes(tx, tenant, badges);
  });
  services.get('fixes').onNews(nudge);
  matcher.watch({
    name: 'fences',
    feature: FEATURE,
    due,
    // Its own loop looks at what is due.
    pass: async () => {
      nudge();
      return false;
    },
  });
  consumers.on({
    name: 'fences.assignments-changed',
    feature: FEATURE,
    types: ['cn.anshi.work-job.*', 'cn.anshi.work-assignment.*', 'cn.anshi.gate-override.*'],
    handle: async (unit, { data }) => {
      const read = personFact.safeParse(data);
      await due(unit.tx, read.success ? { person: read.data.person } : {});
      unit.afterCommit(nudge);
    },
  });
  consumers.on({
    name: 'fences.areas-changed',
    feature: FEATURE,
    types: ['cn.anshi.area.*'],
    handle: async (unit, { subject }) => {
      if (subject === null) return;
      await fenceByKind(unit.tx, tenant, subject);
      await markMoved(unit.tx, subject);
      unit.afterCommit(nudge);
    },
  });
  consumers.on({
    name: 'fences.badges-changed',
    feature: FEATURE,
    types: [
      'cn.anshi.person.badge-bound.*',
      'cn.anshi.person.badge-released.*',
      'cn.anshi.person.badge-corrected.*',
    ],
    handle: async (unit, { type, data }) => {
      const read = badgeFact.safeParse(data);
      if (!read.success) return;
      if (type.includes('.badge-corrected.')) await correctNames(unit, read.data.badge);
      await markDue(unit.tx, Prisma.sql`t.badge = ${read.data.badge}`);
      unit.afterCommit(nudge);
    },
  });
  live.offer('fences');
  // What any process committed comes back by the outbox.
  bus.subscribe(topics.records(tenant, 'fence-event'), 1, (_topic, message) => {
    const read = record.safeParse(message);
    if (!read.success) return;
    live.push(tenant, 'fences', { type: 'fence-event', id: read.data.data.event });
  });
  return {
    register: (app) =>
      registerFences(app, { fences: createFences(platform), events: createFenceEvents(platform) }),
    start() {
      loop = watchFences({ ...platform, settle });
      nudge();
    },
    close: () => loop?.close(),
  };
};
