import type { Account } from '../platform/access/account.ts';
import type { Transaction } from '../platform/db/database.ts';
import type { Unit } from '../platform/db/unit-of-work.ts';
import type {
  DataSubject,
  FactSet,
  ModuleFacts,
  OpenAtLeaving,
  Purger,
} from '../platform/facts.ts';
import { manifests } from './manifests.ts';

let reading: Promise<readonly ModuleFacts[]> | undefined;

/** The facts of all modules that have some, in list order. */
export function readFacts(): Promise<readonly ModuleFacts[]> {
  reading ??= Promise.all(
    manifests
      .filter(({ facts }) => facts)
      .map(async ({ name, folders = [`modules/${name}`] }) => {
        const [room, folder] = folders[0]?.split('/') ?? [];
        const found =
          room === 'platform'
            ? await import(`../platform/${folder}/facts.ts`)
            : await import(`./${folder}/facts.ts`);
        return (found as { facts: ModuleFacts }).facts;
      }),
  );
  return reading;
}

/** Merges facts of several modules; counts are combined. */
function merge(sets: readonly FactSet[]): FactSet {
  const merged: FactSet = Object.assign({}, ...sets);
  if (merged.counts) merged.counts = Object.assign({}, ...sets.map((set) => set.counts ?? {}));
  return merged;
}

/** What all modules know of one record. One after another: they share a connection. */
export async function factsAbout(
  tx: Transaction,
  kind: 'person' | 'area' | 'equipment',
  id: string,
  account: Account,
): Promise<FactSet> {
  const sets: FactSet[] = [];
  for (const { about } of await readFacts()) {
    const set = await about?.[kind]?.(tx, id, account);
    if (set) sets.push(set);
  }
  return merge(sets);
}

/** All modules' data about a person, for that person. */
export async function ownDataOf(
  tx: Transaction,
  subject: DataSubject,
  how: 'show' | 'export',
): Promise<FactSet> {
  const sets: FactSet[] = [];
  for (const { ownData } of await readFacts()) {
    const set = await ownData?.[how]?.(tx, subject);
    if (set) sets.push(set);
  }
  return merge(sets);
}

/** What is open of a person who is to leave, in all modules. */
export async function openAtLeaving(tx: Transaction, person: string): Promise<OpenAtLeaving[]> {
  const found: OpenAtLeaving[] = [];
  for (const { leaving } of await readFacts()) found.push(...((await leaving?.(tx, person)) ?? []));
  return found;
}

/** The purgers of all modules, in execution order. */
export async function readPurgers(): Promise<readonly Purger[]> {
  const all = (await readFacts()).flatMap(({ purgers }) => purgers ?? []);
  return [...all.filter(({ last }) => !last), ...all.filter(({ last }) => last)];
}

/** Erases data collected under an ended consent, in all modules. */
export async function endConsent(unit: Unit, person: string, purpose: string): Promise<number> {
  let removed = 0;
  // What builds on other modules goes first, while these still have what ends.
  for (const { consentEnded } of (await readFacts()).toReversed()) {
    removed += (await consentEnded?.(unit, person, purpose)) ?? 0;
  }
  return removed;
}
