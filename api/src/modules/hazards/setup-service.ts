import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { findRoute, findRules, routingVersion, saveRules } from './routing.ts';
import type {
  HazardType,
  hazardRouting,
  hazardRoutingBody,
  hazardSite,
  hazardSiteBody,
  hazardTypeBody,
  routingAnswer,
  routingQuestion,
} from './setup-schema.ts';

type User = Caller & { account: Account };
export type HazardSetup = ReturnType<typeof createHazardSetup>;

/** Types, routing and places: a tenant's set-up. */
export function createHazardSetup(units: Units) {
  return {
    types: (caller: User): Promise<HazardType[]> => units.run(caller, ({ tx }) => findTypes(tx)),

    saveType(caller: User, id: string, body: z.infer<typeof hazardTypeBody>): Promise<HazardType> {
      return units.run(caller, async (unit) => {
        const { tx } = unit;
        const before = await tx.hazardType.findFirst({ where: { id } });
        const key = { tenantId: caller.tenant, id };
        await tx.hazardType.upsert({
          where: { tenantId_id: key },
          create: { ...key, ...body },
          update: body,
        });
        await unit.audit({
          action: before ? 'update' : 'create',
          entity: 'hazard-type',
          id,
          before: before && { ...before },
          after: { ...body },
        });
        return { id, ...body };
      });
    },

    routing: (caller: User): Promise<z.infer<typeof hazardRouting>> =>
      units.run(caller, ({ tx }) => readRouting(tx)),

    saveRouting(
      caller: User,
      body: z.infer<typeof hazardRoutingBody>,
    ): Promise<z.infer<typeof hazardRouting>> {
      return units.run(caller, async (unit) => {
        await saveRules(unit, body.basedOn, body.items);
        return readRouting(unit.tx);
      });
    },

    route(
      caller: User,
      { type, level, areaId }: z.infer<typeof routingQuestion>,
    ): Promise<z.infer<typeof routingAnswer>> {
      return units.run(caller, ({ tx }) => findRoute(tx, { type, level, areaId: areaId ?? null }));
    },

    sites: (caller: User): Promise<z.infer<typeof hazardSite>[]> =>
      units.run(caller, async ({ tx }) => {
        const rows = await tx.hazardSite.findMany({ orderBy: { site: 'asc' } });
        return rows.map(({ tenantId: _tenant, ...site }) => site);
      }),

    saveSite(
      caller: User,
      site: string,
      body: z.infer<typeof hazardSiteBody>,
    ): Promise<z.infer<typeof hazardSite>> {
      return units.run(caller, async (unit) => {
        const { tx } = unit;
        const known = await tx.site.findFirst({ where: { id: site }, select: { id: true } });
        if (!known) throw new Problem('hazard.place-unknown', `There is no site "${site}".`);
        const before = await tx.hazardSite.findFirst({ where: { site } });
        const key = { tenantId: caller.tenant, site };
        await tx.hazardSite.upsert({
          where: { tenantId_site: key },
          create: { ...key, ...body },
          update: body,
        });
        const change = { before: before && { ...before }, after: body };
        await unit.audit({ action: 'update', entity: 'hazard-site', id: site, ...change });
        return { site, ...body };
      });
    },
  };
}

async function findTypes(tx: Transaction): Promise<HazardType[]> {
  const rows: Prisma.HazardTypeModel[] = await tx.hazardType.findMany({
    orderBy: [{ sort: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ tenantId: _tenant, ...type }) => type as HazardType);
}

async function readRouting(tx: Transaction): Promise<z.infer<typeof hazardRouting>> {
  return { items: await findRules(tx), version: await routingVersion(tx) };
}
