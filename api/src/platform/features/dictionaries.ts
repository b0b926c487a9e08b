import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import { type Account, actorOf } from '../access/account.ts';
import type { Caller } from '../access/caller.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { DictionaryWord } from '../manifest.ts';
import { allWords, type DictionaryId } from './presets/presets.ts';
import type { entryRequest, entrySchema } from './schema.ts';

export interface WordsApplied {
  added: number;
  hidden: number;
}

/**
 * Writes the words of a preset into a module's own dictionary table.
 *
 * @param all the words of all presets: those that are not among `chosen` are hidden from new
 *   records; the tenant's own words are unchanged.
 */
export type ApplyWords = (
  tx: Transaction,
  tenant: string,
  chosen: readonly DictionaryWord[],
  all: readonly DictionaryWord[],
) => Promise<WordsApplied>;

/**
 * Nothing is deleted: records keep their words. The tenant's own entries are not touched; applying
 * the same preset again changes nothing.
 */
export function applyTo(dictionary: DictionaryId, preset: string): ApplyWords {
  return async (tx, tenantId, chosen) => {
    const rows = await tx.dictionaryEntry.findMany({ where: { dictionary } });
    const known = new Map(rows.map((row) => [row.id, row]));
    const missing = chosen.filter(({ id }) => !known.has(id));
    await tx.dictionaryEntry.createMany({
      data: missing.map(({ id, name, data }) => ({
        tenantId,
        dictionary,
        id,
        preset,
        name: { ...name },
        data: (data ?? {}) as Prisma.InputJsonObject,
      })),
    });
    const ids = chosen.map(({ id }) => id);
    const ofPresets = { dictionary, preset: { not: null } };
    await tx.dictionaryEntry.updateMany({
      where: { ...ofPresets, id: { in: ids }, active: false },
      data: { active: true, preset, updatedAt: new Date() },
    });
    const hidden = await tx.dictionaryEntry.updateMany({
      where: { ...ofPresets, id: { notIn: ids }, active: true },
      data: { active: false, updatedAt: new Date() },
    });
    return { added: missing.length, hidden: hidden.count };
  };
}

type Entry = z.infer<typeof entrySchema>;

export type Dictionaries = ReturnType<typeof createDictionaries>;

/**
 * The words of a dictionary, including those no longer offered. Before a preset was applied, it has
 * the words of all presets.
 */
export async function wordsIn(tx: Transaction, dictionary: DictionaryId): Promise<Entry[]> {
  const rows = await tx.dictionaryEntry.findMany({
    where: { dictionary },
    orderBy: { id: 'asc' },
  });
  if (rows.some(({ preset }) => preset !== null)) return rows.map(show);
  const own = new Set(rows.map(({ id }) => id));
  const usual = allWords[dictionary]
    .filter(({ id }) => !own.has(id))
    .map(({ id, name, data }) => ({ id, name, data: data ?? {}, active: true, own: false }));
  return [...rows.map(show), ...usual].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The dictionary of the tenant, and changes by administrators. */
export function createDictionaries(options: { database: Database; units: Units }) {
  const { database, units } = options;
  return {
    list: (account: Account, dictionary: DictionaryId): Promise<Entry[]> =>
      database.transaction(actorOf(account), (tx) => wordsIn(tx, dictionary)),

    /** Adds or changes an entry, which is the tenant's own from then on. */
    async put(
      caller: Caller,
      dictionary: DictionaryId,
      id: string,
      request: z.infer<typeof entryRequest>,
    ): Promise<Entry> {
      const { tenant: tenantId } = caller;
      return units.run(caller, async (unit) => {
        const key = { tenantId_dictionary_id: { tenantId, dictionary, id } };
        const before = await unit.tx.dictionaryEntry.findUnique({ where: key });
        const data = request.data as Prisma.InputJsonObject;
        const fields = { ...request, data, preset: null, updatedAt: new Date() };
        const row = await unit.tx.dictionaryEntry.upsert({
          where: key,
          create: { tenantId, dictionary, id, ...fields },
          update: fields,
        });
        await unit.audit({
          action: before ? 'update' : 'create',
          entity: 'dictionary-entry',
          id: `${dictionary}/${id}`,
          before: before && { ...show(before) },
          after: { ...show(row) },
        });
        return show(row);
      });
    },
  };
}

type Row = Awaited<ReturnType<Transaction['dictionaryEntry']['findFirstOrThrow']>>;

const show = ({ id, name, data, active, preset }: Row): Entry => ({
  id,
  name: name as Entry['name'],
  data: data as Entry['data'],
  active,
  own: preset === null,
});
