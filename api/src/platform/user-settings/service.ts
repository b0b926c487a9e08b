import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { schemaError } from '../http/field-errors.ts';
import type { User } from '../kit/routes.ts';
import type { UserSettingEntry } from '../manifest.ts';
import { MOST_BYTES, type UserSetting, type userSettingChange } from './schema.ts';

type Row = Awaited<ReturnType<Transaction['userSetting']['findMany']>>[number];
/** The declared keys. */
export type SettingKeys = ReadonlyMap<string, UserSettingEntry>;

const shown = ({ key, value, version, updatedAt }: Row): UserSetting => ({
  key,
  value,
  version,
  updatedAt: updatedAt.toISOString(),
});

/**
 * What a person chose for the pages, the same on every device. Each value is checked by the schema of
 * its key. A value that an earlier or later version of the product wrote, and that the schema does not
 * take, is as if nothing was set.
 */
export function createUserSettings({ units, keys }: { units: Units; keys: SettingKeys }) {
  const isValid = ({ key, value }: Pick<Row, 'key' | 'value'>) =>
    keys.get(key)?.schema.safeParse(value).success === true;

  /** @throws Problem `setting.unknown`. */
  function entryOf(key: string): UserSettingEntry {
    const entry = keys.get(key);
    if (!entry) throw new Problem('setting.unknown', undefined, { keys: [...keys.keys()] });
    return entry;
  }

  /** @throws Problem `setting.invalid` with the fields, `setting.too-large`. */
  function checked(key: string, value: unknown): Prisma.InputJsonValue {
    const parsed = entryOf(key).schema.safeParse(value);
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, code, message, ...params }) =>
        schemaError('body.value', {
          instancePath: `/${path.join('/')}`,
          keyword: code,
          message,
          params,
          schemaPath: '',
        }),
      );
      throw new Problem('setting.invalid', undefined, { errors });
    }
    if (Buffer.byteLength(JSON.stringify(parsed.data)) > MOST_BYTES) {
      throw new Problem('setting.too-large');
    }
    return parsed.data as Prisma.InputJsonValue;
  }

  return {
    list: (user: User): Promise<{ items: UserSetting[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.userSetting.findMany({
          where: { userId: user.account.id },
          orderBy: { key: 'asc' },
        });
        return { items: rows.filter(isValid).map(shown) };
      }),

    /** @throws Problem `setting.unknown`, `setting.not-set`. */
    get: (user: User, key: string): Promise<UserSetting> =>
      units.run(user, async ({ tx }) => {
        entryOf(key);
        const row = await tx.userSetting.findFirst({ where: { userId: user.account.id, key } });
        if (!row || !isValid(row)) throw new Problem('setting.not-set');
        return shown(row);
      }),

    /**
     * Sets a value on the version that the page knows.
     *
     * @throws Problem `setting.unknown`, `setting.invalid`, `setting.too-large`, and
     *   `setting.version-conflict` with the value of the other window.
     */
    async put(
      user: User,
      key: string,
      change: z.infer<typeof userSettingChange>,
    ): Promise<UserSetting> {
      const value = checked(key, change.value);
      return units.run(user, async ({ tx }) => {
        const [userId, updatedAt] = [user.account.id, new Date()];
        const data = [{ tenantId: user.tenant, userId, key, value, updatedAt }];
        const { count } = await tx.userSetting.createMany({ data, skipDuplicates: true });
        if (count === 0) {
          const [row] = await tx.userSetting.findMany({ where: { userId, key } });
          const known = row && isValid(row) ? row.version : 0;
          const conflict = () =>
            new Problem('setting.version-conflict', undefined, {
              current: row && isValid(row) ? shown(row) : null,
            });
          if (!row || change.version !== known) throw conflict();
          const changed = await tx.userSetting.updateMany({
            where: { userId, key, version: row.version },
            data: { value, updatedAt, version: { increment: 1 } },
          });
          if (changed.count === 0) throw conflict();
        } else if (change.version !== 0) {
          throw new Problem('setting.version-conflict', undefined, { current: null });
        }
        return shown(await tx.userSetting.findFirstOrThrow({ where: { userId, key } }));
      });
    },
  };
}

export type UserSettings = ReturnType<typeof createUserSettings>;
