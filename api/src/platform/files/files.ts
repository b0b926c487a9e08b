import type { Account } from '../access/account.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import type { ContentStore } from '../store/content.ts';
import { SCANS_ARCHIVE } from './kinds.ts';
import { findFile, findLookalikes, toStoredFile } from './records.ts';
import type { FileGuard, Files, StoredFile } from './types.ts';

/** The role of an archive of scans. */
export const SCANS = 'scans';

/** A user's access to a file. `anonymous`: as shown, and nothing of it tells who sent it. */
export type Sight = 'original' | 'shown' | 'anonymous' | null;

/** {@link Files} and the functions of its own routes. */
export interface FilesCore extends Files {
  /** @returns the file and the account's access to it; null for none. */
  see(tx: Transaction, account: Account, id: string): Promise<{ file: StoredFile; sight: Sight }>;
}

/** @param store of the files' bytes. */
export function createFiles({ store }: { store: ContentStore }): FilesCore {
  const guards = new Map<
    string,
    { mayRead: FileGuard; mayReadOriginal: FileGuard | null; anonymous: FileGuard | null }
  >();

  async function sightOf(tx: Transaction, account: Account, file: StoredFile): Promise<Sight> {
    if (!file.attachedTo) return file.uploadedBy === account.id ? 'original' : null;
    const guard = guards.get(file.attachedTo.entity);
    if (!guard || !(await guard.mayRead(account, tx, file))) return null;
    if (await guard.mayReadOriginal?.(account, tx, file)) return 'original';
    if (file.uploadedBy === account.id) return 'shown';
    return (await guard.anonymous?.(account, tx, file)) ? 'anonymous' : 'shown';
  }

  return {
    attach: (unit, ids, to) => attach(unit, ids, to),
    async of(tx, entity, id) {
      const rows = await tx.storedFile.findMany({
        where: { entity, entityId: id },
        orderBy: [{ attachedAt: 'asc' }, { id: 'asc' }],
      });
      return rows.map(toStoredFile);
    },
    async find(tx, id) {
      const row = await tx.storedFile.findFirst({ where: { id } });
      return row && toStoredFile(row);
    },
    guard(
      entity,
      mayRead,
      mayReadOriginal,
      { anonymous = null }: { anonymous?: FileGuard | null } = {},
    ) {
      if (guards.has(entity)) throw new Error(`files of ${entity} have a guard already`);
      guards.set(entity, { mayRead, mayReadOriginal: mayReadOriginal ?? null, anonymous });
    },
    async lookalikes(tx, file, bits) {
      const found = await findLookalikes(tx, file, bits);
      if (found.length === 0) return [];
      const rows = await tx.storedFile.findMany({ where: { id: { in: found.map((f) => f.id) } } });
      const byId = new Map(rows.map((row) => [row.id, toStoredFile(row)]));
      return found.flatMap(({ id, distance }) => {
        const one = byId.get(id);
        return one ? [{ file: one, distance }] : [];
      });
    },
    read: (tenant, file, range) => store.read(tenant, file.shown.sha256, range),
    async see(tx, account, id) {
      const file = await findFile(tx, account.tenant, id);
      if (!file) throw new Problem('file.unknown');
      return { file, sight: await sightOf(tx, account, file) };
    },
  };
}

async function attach(
  unit: Unit,
  ids: string[],
  to: { entity: string; id: string; role: string },
): Promise<StoredFile[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const { tx, caller } = unit;
  const tenantId = caller.tenant;
  // Locked until the end, so that neither the sweep nor a second request takes them.
  await tx.$queryRaw`SELECT 1 FROM stored_file WHERE id = ANY(${wanted}) ORDER BY id FOR UPDATE`;
  const rows = await tx.storedFile.findMany({ where: { tenantId, id: { in: wanted } } });
  const found = new Map(rows.map((row) => [row.id, toStoredFile(row)]));
  for (const id of wanted) await refuse(tx, tenantId, id, found.get(id), caller.account, to);
  const attachedAt = new Date();
  await tx.storedFile.updateMany({
    where: { tenantId, id: { in: wanted }, entity: null },
    data: { entity: to.entity, entityId: to.id, role: to.role, attachedAt },
  });
  const files = wanted.flatMap((id) => found.get(id) ?? []);
  for (const { id, name, kind, sha256, attachedTo } of files) {
    if (attachedTo) continue;
    await unit.audit({
      action: 'attach',
      entity: 'file',
      id,
      after: { ...to, name, kind, sha256 },
    });
  }
  return files.map((file) => ({ ...file, attachedTo: to }));
}

/** @throws Problem where a file cannot be attached; other users' files are unknown. */
async function refuse(
  tx: Transaction,
  tenantId: string,
  id: string,
  file: StoredFile | undefined,
  account: Account | null,
  to: { entity: string; id: string; role: string },
): Promise<void> {
  if (!file) {
    const upload = await tx.upload.findFirst({ where: { tenantId, id } });
    if (!upload || upload.userId !== account?.id) throw unknown(id);
    if (upload.state === 'coming') throw new Problem('file.not-received');
    if (upload.state === 'received') throw new Problem('file.not-checked');
    throw unknown(id);
  }
  if (account && file.uploadedBy !== account.id) throw unknown(id);
  if (file.scan === 'infected') throw new Problem('file.infected');
  if (file.mediaType === SCANS_ARCHIVE && to.role !== SCANS) {
    throw new Problem('file.type', `${file.name} is an archive of scans, which only imports take.`);
  }
  const { attachedTo } = file;
  // A repeated request finds its own files attached.
  const isSame =
    attachedTo?.entity === to.entity && attachedTo.id === to.id && attachedTo.role === to.role;
  if (attachedTo && !isSame)
    throw new Problem(
      'file.taken',
      `The file ${file.name} is attached already. Send it again to attach it elsewhere.`,
    );
}

const unknown = (id: string) =>
  new Problem(
    'file.unknown',
    `There is no file ${id.slice(0, 40)} that you sent and did not attach yet.`,
  );
