import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, saveAtVersion } from '../../platform/kit/save.ts';
import type { ModuleServices, Platform } from '../../platform/module.ts';
import { findPerson, type PersonRow } from '../people/repository.ts';
import { createSensitive } from '../people/sensitive.ts';
import { extendVisitor } from '../people/visitor-files.ts';
import { companyKey, personKey } from './name-key.ts';
import { visitReach } from './reach.ts';
import { showVisit, visitWithin } from './rows.ts';
import type { VisitChange, VisitInput, VisitView } from './schema.ts';
import type { VisitTell } from './tell.ts';
import { dayAt } from './times.ts';
import type { WatchCheck } from './watch-check.ts';

type Parts = Pick<Platform, 'units' | 'sealed' | 'settings'> & {
  moves: ModuleServices['peopleMoves'];
  badges: ModuleServices['peopleBadges'];
  tell: VisitTell;
  watch: WatchCheck;
};

/** Announcing visits and changing what is planned. */
export function createAnnouncing(parts: Parts) {
  const { units, settings, moves, badges, tell, watch } = parts;
  const sensitive = createSensitive(parts.sealed);
  const { timeZone } = settings;
  const today = () => dayAt(new Date(), timeZone);

  /** The host: the person of the account, or another one within the reach of the reception. */
  async function hostFor(
    tx: Transaction,
    user: User,
    given: string | undefined,
  ): Promise<PersonRow> {
    const { account } = user;
    const id = given ?? account.person;
    const row = id === null ? null : await findPerson(tx, id);
    if (id !== account.person) {
      const place = row && {
        person: row.id,
        department: row.departmentId,
        site: row.department.site,
      };
      const isReached =
        place !== null &&
        account.permissions.has('visit:receive') &&
        isWithin(account, reachOf(account, 'visit:receive'), place);
      if (!isReached) throw new Problem('visit.not-host');
    }
    if (row?.status !== 'active' || row.kind === 'visitor') throw new Problem('visit.host');
    return row;
  }

  async function requireAreas(tx: Transaction, areas: readonly { area: string }[]): Promise<void> {
    const ids = [...new Set(areas.map(({ area }) => area))];
    const known = await tx.area.count({ where: { id: { in: ids }, active: true } });
    if (known !== ids.length || ids.length !== areas.length) throw new Problem('visit.area');
  }

  /** One who was here before and whom the account may know: from the desk, or as the host. */
  async function knownPerson(tx: Transaction, user: User, id: string): Promise<PersonRow> {
    const row = await findPerson(tx, id);
    const mayCome =
      row && (row.kind === 'visitor' || (row.kind === 'contractor' && row.status === 'active'));
    const isKnown =
      user.account.permissions.has('visit:receive') ||
      (row?.host !== null && row?.host.id === user.account.person) ||
      (await tx.visit.count({
        where: { personId: id, hostId: user.account.person ?? '' },
      })) > 0;
    if (!row || !mayCome || !isKnown) throw new Problem('visit.person');
    return row;
  }

  /** @returns an existing visitor of this identity number and name, or a new one. */
  async function newPerson(
    unit: Unit,
    user: User,
    given: NonNullable<VisitInput['visitor']>,
    by: { host: PersonRow; company: string | null; lastDay: string },
  ): Promise<PersonRow> {
    const { tx } = unit;
    const { name, nationalId, phone } = given;
    const [same] = nationalId
      ? await sensitive.find(tx, user.tenant, 'nationalId', nationalId)
      : [];
    const known = same === undefined ? null : await findPerson(tx, same);
    if (known?.kind === 'visitor' && personKey(known.name) === personKey(name)) return known;
    const secrets = givenOnly({ nationalId: nationalId || undefined, phone: phone || undefined });
    const id = await moves.join(
      unit,
      {
        employeeNo: `V-${newId().slice(-10)}`,
        name,
        departmentId: by.host.departmentId,
        kind: 'visitor',
        company: by.company,
        hostId: by.host.id,
        validUntil: by.lastDay,
        source: { system: 'visit' },
      },
      secrets,
    );
    await sensitive.write(tx, user.tenant, id, secrets);
    return (await findPerson(tx, id)) as PersonRow;
  }

  /**
   * The same person, or one of the same name and company, who is announced for a time that overlaps. Of names only visits
   * are looked at that the account may see, so that the answer tells nothing of those of other hosts.
   */
  async function refuseTwice(
    tx: Transaction,
    account: Account,
    who: { id: string | null; name: string; company: string | null },
    { from, to }: { from: Date; to: Date },
  ): Promise<void> {
    const open = await sqlIn(tx)<{
      id: string;
      personId: string;
      name: string;
      company: string | null;
      seen: boolean;
    }>(
      Prisma.sql`SELECT v.id, v.person_id AS "personId", p.name, v.company,
        coalesce(${visitReach(account)}, FALSE) AS seen FROM visit v
        JOIN person p ON p.id = v.person_id JOIN person h ON h.id = v.host_id
        JOIN department hd ON hd.id = h.department_id
        WHERE v.state IN ('announced', 'arrived') AND v.from_at < ${to} AND v.to_at > ${from}`,
    );
    const companyOf = (company: string | null) => (company ? companyKey(company) : '');
    const twice = open.find((one) =>
      who.id === null
        ? one.seen &&
          personKey(one.name) === personKey(who.name) &&
          companyOf(one.company) === companyOf(who.company)
        : one.personId === who.id,
    );
    if (twice) {
      throw new Problem(
        'visit.announced-already',
        undefined,
        twice.seen ? { current: { id: twice.id } } : {},
      );
    }
  }

  const show = async (tx: Transaction, user: User, id: string): Promise<VisitView> =>
    showVisit(await visitWithin(tx, user.account, id, today()), user.account);

  return {
    /**
     * @throws Problem `visit.host`, `visit.not-host`, `visit.person`, `visit.area`, `visit.times`,
     *   `visit.announced-already` with the other visit in `current`.
     */
    announce: (user: User, given: VisitInput): Promise<VisitView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const [from, to] = [new Date(given.from), new Date(given.to)];
        if (to <= new Date()) throw new Problem('visit.times');
        const host = await hostFor(tx, user, given.hostId);
        await requireAreas(tx, given.areas);
        // Two announcements at once: the second one sees the first.
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`visits ${user.tenant}`}, 0))::text`;
        const chosen = given.personId ? await knownPerson(tx, user, given.personId) : null;
        const company = given.company || chosen?.company || null;
        const name = given.visitor?.name ?? chosen?.name ?? '';
        if (chosen || !given.another) {
          await refuseTwice(
            tx,
            user.account,
            { id: chosen?.id ?? null, name, company },
            { from, to },
          );
        }
        const lastDay = dayAt(to, timeZone);
        const person =
          chosen ??
          (await newPerson(unit, user, given.visitor as NonNullable<VisitInput['visitor']>, {
            host,
            company,
            lastDay,
          }));
        await extendVisitor(unit, person, lastDay);
        const id = newId();
        const visit = {
          id,
          personId: person.id,
          company,
          purpose: given.purpose,
          hostId: host.id,
          fromAt: from,
          toAt: to,
        };
        await tx.visit.create({
          data: {
            tenantId: user.tenant,
            ...visit,
            areas: given.areas,
            state: 'announced',
            announcedBy: user.account.id,
          },
        });
        const { purpose, areas } = given;
        const planned = { plannedFrom: given.from, plannedTo: given.to };
        const after = { purpose, host: host.id, ...planned, areas };
        await unit.audit({ action: 'create', entity: 'visit', id, person: person.id, after });
        const data = { visit: id, person: person.id, host: host.id };
        await unit.emit({ entity: 'visit', what: 'announced', subject: id, data });
        await watch.check(unit, { ...visit, watch: 'clear' });
        await tell.announced(unit, { ...visit, person });
        return show(tx, user, id);
      }),

    /**
     * Changes what is planned while the visit is open; a later end extends it.
     *
     * @throws Problem `visit.unknown`, `visit.version-conflict`, `visit.state`, `visit.times`, `visit.area`.
     */
    change: (user: User, id: string, { version, ...given }: VisitChange): Promise<VisitView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await visitWithin(tx, user.account, id, today());
        if (!row.mayReceive && !row.isOwn) throw new Problem('visit.unknown');
        if (row.state !== 'announced' && row.state !== 'arrived') throw new Problem('visit.state');
        const from = given.from === undefined ? row.fromAt : new Date(given.from);
        const to = given.to === undefined ? row.toAt : new Date(given.to);
        const isMoved = given.to !== undefined && to.getTime() !== row.toAt.getTime();
        if (to <= from || (isMoved && to <= new Date())) throw new Problem('visit.times');
        if (given.areas) await requireAreas(tx, given.areas);
        const shown = await saveAtVersion(unit, {
          entity: 'visit',
          id,
          person: row.personId,
          version,
          conflict: 'visit.version-conflict',
          find: () => visitWithin(tx, user.account, id, today()),
          write: (next) =>
            tx.visit.updateMany({
              where: { id, version },
              data: {
                ...givenOnly({ purpose: given.purpose, areas: given.areas }),
                fromAt: from,
                toAt: to,
                ...(isMoved ? { overdueToldAt: null } : {}),
                version: next,
              },
            }),
          show: (now) => showVisit(now, user.account),
        });
        const lastDay = dayAt(to, timeZone);
        const person = await findPerson(tx, row.personId);
        if (person) await extendVisitor(unit, person, lastDay);
        if (row.badgeId && row.badgeUntil === null && isMoved) {
          await badges.dueWithin(unit, row.badgeId, lastDay);
        }
        const data = { visit: id, person: row.personId };
        await unit.emit({ entity: 'visit', what: 'changed', subject: id, data });
        return shown;
      }),
  };
}
