import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import type { Account } from '../platform/access/account.ts';
import type { Caller } from '../platform/access/caller.ts';
import type { Permission, Scope } from '../platform/access/permissions.ts';
import { type Database, openDatabase, type Transaction } from '../platform/db/database.ts';
import { createUnits, type Unit, type Units } from '../platform/db/unit-of-work.ts';
import { createNotices } from '../platform/notices/notify.ts';
import { createWorkflows, type WorkflowEngine } from '../platform/workflow/engine.ts';
import { workOrder } from './work-order.ts';

/**
 * A press shop and an assembly with people, roles and accounts, and the engine on a real database.
 *
 * In the press shop: `head` (order-head), `ann` and `ann-2` (one person, the second one closed),
 * `bob`, `cai`. In the assembly: `dee`. `boss` (order-boss) belongs to no department.
 */
export interface World {
  tenant: string;
  database: Database;
  units: Units;
  workflows: WorkflowEngine;
  /** The engine's clock. */
  clock: { now: Date };
  account(name: string, changes?: { scope?: Scope; without?: Permission[] }): Account;
  id(name: string): string;
  as<Result>(name: string | null, work: (unit: Unit) => Promise<Result>): Promise<Result>;
  query<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** A file that is attached to the work order. */
  file(order: string, kind?: 'photo' | 'document'): Promise<string>;
  /** Notices of each person, oldest first, as `kind: title`. */
  told(name: string): Promise<string[]>;
  close(): Promise<void>;
}

const people = [
  { name: 'head', person: 'head', department: 'press-shop', roles: ['order-head'] },
  { name: 'ann', person: 'ann', department: 'press-shop', roles: [] },
  { name: 'ann-2', person: 'ann', department: 'press-shop', roles: [] },
  { name: 'bob', person: 'bob', department: 'press-shop', roles: [] },
  { name: 'cai', person: 'cai', department: 'press-shop', roles: [] },
  { name: 'dee', person: 'dee', department: 'assembly', roles: [] },
  { name: 'boss', person: null, department: null, roles: ['order-boss'] },
];

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

export async function openWorld(appUrl: string, tenant = 'demo'): Promise<World> {
  const database = openDatabase(appUrl);
  const units = createUnits({
    database,
    onError: (error) => {
      throw error;
    },
  });
  const clock = { now: new Date('2026-11-25T02:00:00Z') };
  const ids = new Map<string, string>();
  for (const { name } of people) ids.set(name, ulid());
  const id = (name: string) => ids.get(name) ?? name;
  const query = <Result>(work: (tx: Transaction) => Promise<Result>) =>
    database.transaction({ tenant, user: null }, work);

  await query(async (tx) => {
    await seed(tx, tenant, id);
  });

  const workflows = createWorkflows({
    files: {
      // Rows as the files module writes them; its own tests cover that.
      async of(tx, entity, entityId) {
        const rows = await tx.storedFile.findMany({ where: { entity, entityId } });
        return rows as never;
      },
    },
    notices: createNotices({ written() {} }),
    timeZone: 'Asia/Shanghai',
    now: () => clock.now,
  });
  workflows.seed(workOrder);

  const world: World = {
    tenant,
    database,
    units,
    workflows,
    clock,
    id,
    query,
    account(name, { scope = 'department', without = [] } = {}) {
      const one = people.find((person) => person.name === name)!;
      const given = (['workflow:read', 'workflow:manage'] as const).filter(
        (permission) => !without.includes(permission),
      );
      const departments = one.department === null ? [] : [one.department];
      return {
        tenant,
        id: id(name),
        username: name,
        displayName: { zh: name, en: name },
        roles: one.roles,
        permissions: new Map(given.map((permission) => [permission, scope])),
        person: one.person && id(`person-${one.person}`).slice(0, 26),
        site: 'main',
        department: one.department,
        departments,
      };
    },
    as(name, work) {
      const account = name === null ? null : world.account(name);
      const caller: Caller = { tenant, account, address: null, requestId: null };
      return units.run(caller, work);
    },
    async file(order, kind = 'photo') {
      const file = ulid();
      const bytes = { bytes: 1n, sha256: digest(file), shownSha256: digest(file), shownBytes: 1n };
      await query((tx) =>
        tx.storedFile.createMany({
          data: [
            {
              tenantId: tenant,
              id: file,
              name: 'proof',
              kind,
              ...bytes,
              mediaType: 'image/jpeg',
              shownType: 'image/jpeg',
              scan: 'clean',
              uploadedBy: id('bob'),
              entity: 'work-order',
              entityId: order,
              role: 'proof',
              attachedAt: new Date(),
            },
          ],
        }),
      );
      return file;
    },
    async told(name) {
      const rows = await query(
        (tx) => tx.$queryRaw<{ kind: string; title: { en: string } }[]>`
          SELECT n.kind, n.title FROM notice n
          JOIN notice_recipient r ON r.notice_id = n.id AND r.user_id = ${id(name)}
          ORDER BY n.id`,
      );
      return rows.map(({ kind, title }) => `${kind}: ${title.en}`);
    },
    close: () => database.close(),
  };
  return world;
}

async function seed(tx: Transaction, tenantId: string, id: (name: string) => string) {
  const both = (name: string) => ({ zh: name, en: name });
  await tx.department.createMany({
    data: [
      { tenantId, id: 'works', name: both('works'), kind: 'office', site: 'main' },
      ...['press-shop', 'assembly'].map((department) => ({
        tenantId,
        id: department,
        parentId: 'works',
        name: both(department),
        kind: 'production',
        site: 'main',
      })),
    ],
  });
  await tx.role.createMany({
    data: ['order-head', 'order-boss'].map((role) => ({
      tenantId,
      id: role,
      name: both(role),
      permissions: [],
    })),
  });
  for (const { name, person, department, roles } of people) {
    const personId = person && id(`person-${person}`).slice(0, 26);
    if (personId && department && name === person) {
      const row = { tenantId, id: personId, employeeNo: name, name, departmentId: department };
      await tx.person.createMany({ data: [row] });
    }
    await tx.appUser.createMany({
      data: [
        {
          tenantId,
          id: id(name),
          username: name,
          displayName: both(name),
          // A person has only one open account.
          passwordHash: 'none',
          personId,
          active: person === null || person === name,
        },
      ],
    });
    await tx.userRole.createMany({
      data: roles.map((roleId) => ({ tenantId, userId: id(name), roleId })),
    });
  }
}
