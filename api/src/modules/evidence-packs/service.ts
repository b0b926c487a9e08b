import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Bilingual } from '@anshi/contracts';
import type { Logger } from 'pino';
import { ulid as makeId } from 'ulid';
import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Accounts } from '../../platform/access/accounts.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { fingerprintOf } from '../../platform/audit/anchor-signature.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Documents } from '../../platform/documents/documents.ts';
import type { DocumentLanguage } from '../../platform/documents/spec.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Jobs } from '../../platform/jobs/types.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { ContentStore } from '../../platform/store/content.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { isWithinReach } from '../incidents/view.ts';
import type { SceneClipFiles } from '../scene-clips/open.ts';
import { alongReading } from '../violations/reach.ts';
import { exportsOf, noteExport, type PackExport } from './exports.ts';
import { gatherSealed } from './gather-sealed.ts';
import { mayHaveOriginals } from './originals.ts';
import type { IncidentReports } from './reports.ts';
import type { EvidencePack, PackRequest, packList } from './schema.ts';
import { digestOfPack, packStream, planPack } from './write.ts';

const JOB = 'evidence-pack';
/** Most bytes of an archive: the column has 31 bits. */
const LIMIT = 2 * 1024 ** 3 - 1;
const MOST_LISTED = 50;

export type EvidencePacks = ReturnType<typeof createEvidencePacks>;
type Row = Prisma.EvidencePackModel;

/** Makes packs of evidence as jobs, and hands them out. */
export function createEvidencePacks(options: {
  units: Units;
  database: Database;
  jobs: Jobs;
  store: ContentStore;
  incidents: Pick<IncidentsService, 'find' | 'findWhole'>;
  sceneClips: SceneClipFiles;
  accounts: Pick<Accounts, 'byId'>;
  /** The key that signs the anchors of the audit chain. */
  key: () => Promise<KeyObject>;
  documents: Documents;
  reports: Pick<IncidentReports, 'draw' | 'register'>;
  log: Logger;
}) {
  const { units, database, jobs, store, incidents, sceneClips, accounts } = options;
  const { key, documents, reports, log } = options;

  jobs.define(JOB, { retries: 2, expireSeconds: 3_600 }, async ({ id }, { tenant }) => {
    await make(tenant, String(id));
  });

  async function make(tenant: string, id: string): Promise<void> {
    const actor = { tenant, user: null };
    const row = await database.transaction(actor, (tx) =>
      tx.evidencePack.findFirst({ where: { id, state: 'waiting' } }),
    );
    if (!row) return;
    try {
      const signing = await key();
      const { incidentId: incident, originals, origin } = row;
      const account = (await accounts.byId(tenant, row.requestedBy))?.account ?? null;
      const sources = { incidents, sceneClips, store };
      const wanted = { tenant, incident, originals, account, ...sources, key: signing };
      const gathered = await gatherSealed(database, wanted);
      const drawn = [
        await reports.draw(tenant, gathered, 'zh', origin),
        await reports.draw(tenant, gathered, 'en', origin),
      ];
      const exportedBefore = await database.transaction(actor, (tx) =>
        exportsOf(tx, [incident, gathered.incident.id]),
      );
      const plan = planPack(
        gathered,
        {
          tenant,
          exportedBefore: exportedBefore.map(({ pack, by, at }) => ({
            pack,
            by: by.displayName.en,
            at,
          })),
          pack: id,
          madeAt: new Date().toISOString(),
          madeBy: row.requestedUser,
          originals,
          key: signing,
        },
        drawn.map(({ language, bytes }) => ({ path: `report-${language}.pdf`, bytes })),
      );
      const { sha256, bytes } = await digestOfPack(packStream(plan, store, tenant));
      if (bytes > LIMIT) throw new Problem('evidence-pack.too-large');
      await store.put(tenant, sha256, packStream(plan, store, tenant), { limit: LIMIT });
      await units.run(systemCaller(tenant), async (unit) => {
        const findings = plan.index.findings.length;
        const code = documents.newCode();
        await unit.tx.evidencePack.updateMany({
          where: { id },
          data: {
            state: 'ready',
            sha256,
            bytes,
            findings,
            code,
            finishedAt: new Date(),
            problem: null,
          },
        });
        for (const one of drawn) await reports.register(unit, gathered.incident.id, one);
        await documents.register(unit, {
          code,
          kind: 'evidence-pack',
          subject: { entity: 'incident', id: gathered.incident.id },
          title: packTitle(gathered.incident.id),
          language: null,
          mediaType: 'application/zip',
          sha256,
          bytes,
          pages: null,
        });
        const after = { sha256, findings, originals, incident };
        await unit.audit({ action: 'make', entity: 'evidence-pack', id, after });
      });
    } catch (error) {
      log.error({ err: error, pack: id }, 'a pack of evidence was not made');
      const problem = (error as Error).message.slice(0, 1_000);
      await database.transaction(actor, (tx) =>
        tx.evidencePack.updateMany({
          where: { id },
          data: { state: 'failed', problem, finishedAt: new Date() },
        }),
      );
    }
  }

  /** @throws Problem where there is none of an incident that the account sees whole. */
  async function find(tx: Transaction, account: Account, id: string): Promise<Row> {
    const row = await tx.evidencePack.findFirst({ where: { id } });
    const reader = alongReading(account);
    if (!row || !(await isWithinReach(tx, row.incidentId, reader, 'whole'))) {
      throw new Problem('evidence-pack.unknown');
    }
    return row;
  }

  return {
    make,

    /** The packs of an incident, the newest first. */
    list: async (account: Account, incident: string): Promise<z.infer<typeof packList>> =>
      database.transaction(actorOf(account), async (tx) => {
        const { id } = await incidents.findWhole(tx, incident, alongReading(account));
        const rows = await tx.evidencePack.findMany({
          where: { incidentId: { in: [id, incident] } },
          orderBy: { id: 'desc' },
          take: MOST_LISTED,
        });
        const signedBy = await keyIdOf(key);
        const exports = await exportsOf(tx, [id, incident]);
        const items = rows.map((row) => show(row, signedBy, exports));
        const [last] = exports;
        return {
          items,
          exportedBefore: last ? { by: last.by, at: last.at } : null,
          mayHaveOriginals: mayHaveOriginals(account),
        };
      }),

    /** @throws Problem `evidence-pack.originals` where the caller may not have them. */
    request: (
      user: User,
      incident: string,
      wanted: PackRequest,
      origin: string,
    ): Promise<EvidencePack> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { originals, reason = null } = wanted;
        if (originals && !mayHaveOriginals(user.account)) {
          throw new Problem('evidence-pack.originals');
        }
        const reader = alongReading(user.account);
        const { id: incidentId } = await incidents.findWhole(tx, incident, reader);
        const id = makeId();
        const row = await tx.evidencePack.create({
          data: {
            tenantId: user.tenant,
            id,
            incidentId,
            state: 'waiting',
            originals,
            reason,
            origin: origin.slice(0, 256),
            requestedBy: user.account.id,
            requestedUser: user.account.username,
            requestedName: user.account.displayName,
          },
        });
        const after = { incident: incidentId, originals };
        await unit.audit({ action: 'create', entity: 'evidence-pack', id, after, reason });
        await jobs.send(tx, JOB, { id }, { key: id });
        unit.afterCommit(() => jobs.wake(JOB));
        return show(row, await keyIdOf(key), []);
      }),

    /** A label for the medium that carries a pack: its code, its digest and what it is. */
    label: async (account: Account, id: string, language: DocumentLanguage): Promise<Buffer> => {
      const row = await database.transaction(actorOf(account), (tx) => find(tx, account, id));
      const { code, sha256, state, origin } = row;
      if (!code || !sha256 || state !== 'ready') throw new Problem('evidence-pack.not-ready');
      const drawn = await documents.draw({
        layout: 'label',
        language,
        title: packTitle(row.incidentId)[language],
        code,
        link: documents.linkOf(code, origin),
        lines: [`SHA-256 ${sha256}`, (row.finishedAt ?? row.requestedAt).toISOString()],
      });
      return drawn.bytes;
    },

    /** Every download is in the audit log. */
    archive: (user: User, id: string): Promise<{ sha256: string; bytes: number }> =>
      units.run(user, async (unit) => {
        const row = await find(unit.tx, user.account, id);
        if (row.originals && !mayHaveOriginals(user.account)) {
          throw new Problem('evidence-pack.originals');
        }
        const { sha256 } = row;
        const bytes =
          sha256 && row.state === 'ready' ? await store.size(user.tenant, sha256) : null;
        if (!sha256 || bytes === null) throw new Problem('evidence-pack.not-ready');
        const after = { sha256, incident: row.incidentId, originals: row.originals };
        await unit.audit({ action: 'export', entity: 'evidence-pack', id, after });
        await noteExport(unit.tx, user, row);
        return { sha256, bytes };
      }),
  };
}

const packTitle = (incident: string): Bilingual => ({
  zh: `证据包 ${incident}`,
  en: `Pack of evidence ${incident}`,
});

const keyIdOf = async (key: () => Promise<KeyObject>): Promise<string> =>
  fingerprintOf(createPublicKey(await key()));

function show(row: Row, key: string, exports: readonly PackExport[]): EvidencePack {
  return {
    id: row.id,
    incident: row.incidentId,
    state: row.state as EvidencePack['state'],
    originals: row.originals,
    reason: row.reason,
    findings: row.findings,
    problem: row.problem,
    sha256: row.sha256,
    bytes: row.bytes,
    code: row.code,
    key: row.state === 'ready' ? key : null,
    requestedBy: {
      id: row.requestedBy,
      displayName: row.requestedName as EvidencePack['requestedBy']['displayName'],
    },
    requestedAt: row.requestedAt.toISOString(),
    exports: exports.filter(({ pack }) => pack === row.id).map(({ by, at }) => ({ by, at })),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
