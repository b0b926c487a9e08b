import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Rotation } from '../../platform/sealed/rotation.ts';
import type { custodyRequest, custodySchema, KeyStatusAnswer, rotationRequest } from './schema.ts';

type User = Caller & { account: Account };
type Custody = z.infer<typeof custodySchema>;

export type KeysService = ReturnType<typeof createKeysService>;

/** Key administration. Keys are never returned. */
export function createKeysService(options: { units: Units; rotation: Rotation; log: Logger }) {
  const { units, rotation, log } = options;
  let last: KeyStatusAnswer['rotation'] = null;
  let running: Promise<void> | undefined;
  const stop = new AbortController();

  async function run(user: User, renew: boolean): Promise<void> {
    const state: NonNullable<typeof last> = {
      startedAt: new Date().toISOString(),
      endedAt: null,
      stage: 'rewrap',
      reencrypted: 0,
      problem: null,
    };
    last = state;
    try {
      const rewrapped = await rotation.rewrap(user.tenant);
      let destroyed: { dataClass: string; generation: number }[] = [];
      if (renew) {
        await rotation.renew(user.tenant);
        state.stage = 'reencrypt';
        state.reencrypted = await rotation.reencrypt(user.tenant, stop.signal);
        state.stage = 'destroy';
        destroyed = await rotation.destroyUnused(user.tenant);
      }
      state.stage = 'done';
      const after = {
        rewrapped,
        reencrypted: state.reencrypted,
        destroyed: destroyed.map((one) => `${one.dataClass}:${one.generation}`),
      };
      await units.run(user, (unit) =>
        unit.audit({ action: 'rotate-done', entity: 'keyring', after }),
      );
    } catch (error) {
      state.stage = 'failed';
      state.problem = (error as Error).message;
      log.error({ err: error }, 'the key rotation did not finish; request it again to continue');
    } finally {
      state.endedAt = new Date().toISOString();
      running = undefined;
    }
  }

  return {
    async status(user: User): Promise<KeyStatusAnswer> {
      // Read first: the keys read afterwards must not be older than a stage that says "done".
      const seen = last && { ...last };
      const custodian = await units.run(
        user,
        async ({ tx }) => (await custodies(tx, 1))[0] ?? null,
      );
      try {
        const status = await rotation.status(user.tenant);
        return { ...status, problem: null, custodian, rotation: seen };
      } catch (error) {
        const problem = (error as Error).message;
        return { keyring: null, data: [], problem, custodian, rotation: seen };
      }
    },

    /** Starts a rotation in the background. Its result is in the audit log and in the status. */
    async rotate(user: User, given: z.infer<typeof rotationRequest>): Promise<void> {
      if (running) throw new Problem('key.refused', 'A rotation is under way: wait for its end.');
      await units.run(user, (unit) =>
        unit.audit({
          action: 'rotate',
          entity: 'keyring',
          after: { renew: given.renew },
          reason: given.reason,
        }),
      );
      running = run(user, given.renew);
    },

    custody(user: User): Promise<{ items: Custody[] }> {
      return units.run(user, async ({ tx }) => ({ items: await custodies(tx, 200) }));
    },

    /** Custodians see only the personal data needed to name a successor. */
    keepers: (user: User, q: string) =>
      units.run(user, async ({ tx }) => ({
        items: await tx.person.findMany({
          where: {
            status: { not: 'left' },
            OR: [
              { name: { contains: q, mode: 'insensitive' } },
              { employeeNo: { contains: q, mode: 'insensitive' } },
            ],
          },
          orderBy: { employeeNo: 'asc' },
          take: 20,
          select: { id: true, name: true, employeeNo: true },
        }),
      })),

    /** Records a transfer of the keys from the previous custodian. */
    handOver(user: User, given: z.infer<typeof custodyRequest>): Promise<Custody> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const { keyId, personId, note } = given;
        const person = await tx.person.findFirst({ where: { id: personId } });
        if (!person) throw new Problem('person.unknown');
        if (person.status === 'left') throw new Problem('person.left');
        const before = await tx.keyCustody.findFirst({
          where: { keyId },
          orderBy: { seq: 'desc' },
        });
        if (before?.personId === personId) {
          throw new Problem('key.refused', `${person.name} keeps this key already.`);
        }
        await tx.keyCustody.createMany({
          data: [
            {
              tenantId: user.tenant,
              keyId,
              personId,
              personName: person.name,
              handedOverBy: before?.personId ?? null,
              note,
              byUser: user.account.id,
            },
          ],
        });
        await unit.audit({
          action: 'hand-over',
          entity: 'keyring',
          id: keyId,
          person: personId,
          before: before ? { custodian: before.personName } : null,
          after: { custodian: person.name, note },
        });
        await unit.emit({
          entity: 'keyring',
          what: 'handed-over',
          subject: keyId,
          data: { person: personId },
        });
        const [recorded] = await custodies(tx, 1);
        if (!recorded) throw new Problem('key.refused');
        return recorded;
      });
    },

    /** Waits for the current batch; the rotation continues when it is requested again. */
    async close(): Promise<void> {
      stop.abort();
      await running;
    },
  };
}

async function custodies(tx: Transaction, most: number): Promise<Custody[]> {
  const rows = await tx.keyCustody.findMany({ orderBy: { seq: 'desc' }, take: most });
  const ids = rows.flatMap(({ handedOverBy }) => handedOverBy ?? []);
  const people = await tx.person.findMany({ where: { id: { in: ids } } });
  const users = await tx.appUser.findMany({
    where: { id: { in: rows.flatMap(({ byUser }) => byUser ?? []) } },
  });
  return rows.map((row) => {
    const from = people.find(({ id }) => id === row.handedOverBy);
    return {
      keyId: row.keyId,
      person: { id: row.personId, name: row.personName },
      since: row.at.toISOString(),
      takenOverFrom: from ? { id: from.id, name: from.name } : null,
      note: row.note,
      recordedBy: users.find(({ id }) => id === row.byUser)?.username ?? null,
    };
  });
}
