import type { FloorPlanConfig, SiteConfig } from '@anshi/contracts';
import type { Account } from '../../../platform/access/account.ts';
import { reachOf } from '../../../platform/access/scope.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import type { Unit, Units } from '../../../platform/db/unit-of-work.ts';
import { removeAttached } from '../../../platform/files/attached.ts';
import { Problem } from '../../../platform/http/errors.ts';
import type { User } from '../../../platform/kit/routes.ts';
import { noteCreated, requireVersion } from '../../../platform/kit/save.ts';
import { lockSite } from './hold.ts';
import { attachedTo, checkShape, FLOOR_PLAN, type PlanAt, type PlanPictures } from './pictures.ts';
import { addSite, findSites, lockSites, type SiteRow, type StoredFloorPlan } from './rows.ts';
import type { PlanInput, PlanPatch, SiteConfiguration, SiteInput, SitePatch } from './schema.ts';
import { logged, PERMISSION, type SiteStore } from './store.ts';
import { usesOf } from './uses.ts';

export type SiteConfigurations = ReturnType<typeof createSiteConfigurations>;

/** Sites and floor plans, for those who set up the plant. */
export function createSiteConfigurations(
  units: Units,
  store: SiteStore,
  pictures: Pick<PlanPictures, 'attach'>,
) {
  /** @throws Problem where something uses it, with what. */
  async function refuseUsed(tx: Transaction, at: { site: string; plan: string | null }) {
    const uses = await usesOf(tx, at);
    const code = at.plan === null ? 'site.in-use' : 'floor-plan.in-use';
    if (uses.length > 0) throw new Problem(code, undefined, { uses });
  }
  /** Its picture, where it gets another one. */
  const pictureOf = async (unit: Unit, at: PlanAt, upload: string | null) =>
    upload === null ? undefined : pictures.attach(unit, at, upload);

  return {
    list: (user: User): Promise<{ items: SiteConfiguration[] }> =>
      units.run(user, async (unit) => {
        const items = [];
        for (const row of await findSites(unit.tx)) {
          if (store.reaches(user.account, row.id)) items.push(await store.show(unit, row));
        }
        return { items };
      }),

    /** @throws Problem where the id is taken, or the role is for one site. */
    create(user: User, { id, name }: SiteInput): Promise<SiteConfiguration> {
      store.requireDatabase();
      return units.run(user, async (unit) => {
        const { tx, caller } = unit;
        if (reachOf(user.account, PERMISSION).scope !== 'all') throw new Problem('auth.forbidden');
        await lockSites(tx, caller.tenant);
        const known = await findSites(tx);
        if (known.some((one) => one.id === id)) throw new Problem('site.id-taken');
        const by = user.account.displayName;
        await addSite(tx, caller.tenant, { id, name, floorPlans: [], by });
        const event = ['created', { site: id }] as const;
        await noteCreated(unit, { entity: 'site', id, after: { name }, event });
        store.reloadAfter(unit);
        return store.show(unit, await store.find(unit, user.account, id));
      });
    },

    rename(user: User, id: string, { version, name }: SitePatch): Promise<SiteConfiguration> {
      store.requireDatabase();
      return units.run(user, (unit) =>
        store.save(unit, user.account, { id, version }, async () => ({ name })),
      );
    },

    /** @throws Problem where anything uses it. */
    remove(user: User, id: string, version: number): Promise<void> {
      store.requireDatabase();
      return units.run(user, async (unit) => {
        const { tx, caller } = unit;
        await lockSites(tx, caller.tenant);
        await lockSite(tx, id);
        const row = await store.find(unit, user.account, id);
        requireVersion('site.version-conflict', row, version, await store.show(unit, row));
        const plans = row.floorPlans.map((one) => ({ id: one.id, name: one.name }));
        if (plans.length > 0) {
          const uses = [{ kind: 'floor-plan', count: plans.length, items: plans }];
          throw new Problem('site.in-use', undefined, { uses });
        }
        await refuseUsed(tx, { site: id, plan: null });
        await tx.site.deleteMany({ where: { id } });
        await unit.audit({ action: 'delete', entity: 'site', id, before: logged(row) });
        await unit.emit({ entity: 'site', what: 'removed', subject: id, data: { site: id } });
        store.reloadAfter(unit);
      });
    },

    addPlan(
      user: User,
      site: string,
      { version, id, name, size, picture: upload }: PlanInput,
    ): Promise<SiteConfiguration> {
      store.requireDatabase();
      return units.run(user, (unit) =>
        store.save(unit, user.account, { id: site, version }, async (row) => {
          // Readers and positions name a plan without its site.
          const plans = (await findSites(unit.tx)).flatMap((one) => one.floorPlans);
          if (plans.some((one) => one.id === id)) throw new Problem('floor-plan.id-taken');
          const picture = await pictureOf(unit, { site, plan: id }, upload);
          if (picture) checkShape(size, picture);
          const plan: StoredFloorPlan = { id, name, size, ...(picture && { picture }) };
          return { floorPlans: [...row.floorPlans, plan] };
        }),
      );
    },

    changePlan(
      user: User,
      site: string,
      plan: string,
      { version, picture: upload, name, size }: PlanPatch,
    ): Promise<SiteConfiguration> {
      store.requireDatabase();
      return units.run(user, (unit) =>
        store.save(unit, user.account, { id: site, version }, async (row) => {
          const before = planIn(row, plan);
          const changed = { ...before, ...(name && { name }), ...(size && { size }) };
          if (upload !== undefined) {
            const { picture: _, image: __, ...bare } = changed;
            const picture = await pictureOf(unit, { site, plan }, upload);
            return { floorPlans: replaced(row, { ...bare, ...(picture && { picture }) }) };
          }
          return { floorPlans: replaced(row, changed) };
        }),
      );
    },

    removePlan(
      user: User,
      site: string,
      plan: string,
      version: number,
    ): Promise<SiteConfiguration> {
      store.requireDatabase();
      return units.run(user, (unit) =>
        store.save(unit, user.account, { id: site, version }, async (row) => {
          planIn(row, plan);
          await lockSite(unit.tx, site);
          await refuseUsed(unit.tx, { site, plan });
          await removeAttached(unit.tx, FLOOR_PLAN, attachedTo({ site, plan }));
          return { floorPlans: row.floorPlans.filter(({ id }) => id !== plan) };
        }),
      );
    },

    uses: (user: User, site: string, plan: string | null) =>
      units.run(user, async (unit) => {
        const row = await store.find(unit, user.account, site);
        if (plan !== null) planIn(row, plan);
        return { items: await usesOf(unit.tx, { site, plan }) };
      }),

    /** Takes a site over as the file has it. Pictures that were uploaded stay with their sizes, and plans that it does not name. */
    async take(unit: Unit, account: Account, given: SiteConfig): Promise<SiteConfiguration> {
      const { tx, caller } = unit;
      const { id } = given;
      await lockSites(tx, caller.tenant);
      const sites = await findSites(tx);
      const row = sites.find((one) => one.id === id);
      refuseTaken(given, sites);
      if (row) {
        return store.save(unit, account, { id, version: row.version }, async (before) => ({
          name: given.name,
          floorPlans: merged(before.floorPlans, given.floorPlans),
        }));
      }
      if (reachOf(account, PERMISSION).scope !== 'all') throw new Problem('site.unknown');
      await addSite(tx, caller.tenant, { ...given, by: account.displayName });
      const event = ['created', { site: id }] as const;
      await noteCreated(unit, { entity: 'site', id, after: logged(given), event });
      store.reloadAfter(unit);
      return store.show(unit, await store.find(unit, account, id));
    },
  };
}

/** @throws Problem where the site has no such plan. */
function planIn({ floorPlans }: SiteRow, plan: string): StoredFloorPlan {
  const found = floorPlans.find(({ id }) => id === plan);
  if (!found) throw new Problem('floor-plan.unknown');
  return found;
}

/**
 * Plans of two sites that have one id since before are left as they are; no further ones come.
 *
 * @throws Problem where the file brings a plan whose id is that of another site's.
 */
function refuseTaken(given: SiteConfig, sites: readonly SiteRow[]): void {
  const has = (site: SiteRow, plan: string) => site.floorPlans.some(({ id }) => id === plan);
  const own = sites.find(({ id }) => id === given.id);
  for (const { id } of given.floorPlans) {
    if (own && has(own, id)) continue;
    const other = sites.find((site) => site.id !== given.id && has(site, id));
    if (!other) continue;
    const detail = `The site "${other.id}" has a floor plan "${id}". Give the plan another id in cameras.yaml.`;
    throw new Problem('floor-plan.id-taken', detail);
  }
}

/**
 * The plans with another one in its place.
 *
 * @throws Problem where its picture has another shape.
 */
function replaced({ floorPlans }: SiteRow, plan: StoredFloorPlan): StoredFloorPlan[] {
  if (plan.picture) checkShape(plan.size, plan.picture);
  return floorPlans.map((one) => (one.id === plan.id ? plan : one));
}

function merged(
  before: readonly StoredFloorPlan[],
  given: readonly FloorPlanConfig[],
): StoredFloorPlan[] {
  const kept = before.filter(({ id }) => !given.some((one) => one.id === id));
  return [
    ...given.map((plan) => {
      const own = before.find(({ id }) => id === plan.id);
      // An uploaded picture has the size that was given with it.
      return own?.picture ? { ...plan, size: own.size, picture: own.picture } : plan;
    }),
    ...kept,
  ];
}
