import type { KeyObject } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Bilingual } from '@anshi/contracts';
import sharp from 'sharp';
import { actorOf } from '../../platform/access/account.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { Documents } from '../../platform/documents/documents.ts';
import type { DocumentLanguage } from '../../platform/documents/spec.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { ContentStore } from '../../platform/store/content.ts';
import type { IncidentsService } from '../incidents/service.ts';
import type { SceneClipFiles } from '../scene-clips/open.ts';
import { kindNames } from '../violations/kind.ts';
import { alongReading } from '../violations/reach.ts';
import type { Gathered } from './gather.ts';
import { gatherSealed } from './gather-sealed.ts';
import { mayHaveOriginals } from './originals.ts';
import { reportOf, reportTitle } from './report.ts';
import type { ReportRequest } from './schema.ts';

/** Widest picture of a report in pixels: enough for a page. */
const WIDEST = 1_400;

/** A report that is drawn and not registered yet. */
export interface DrawnReport {
  code: string;
  language: DocumentLanguage;
  bytes: Buffer;
  pages: number;
  sha256: string;
}

export type IncidentReports = ReturnType<typeof createIncidentReports>;

/** The report of an incident as PDF. */
export function createIncidentReports(options: {
  database: Database;
  units: Units;
  documents: Documents;
  store: Pick<ContentStore, 'size' | 'read'>;
  incidents: Pick<IncidentsService, 'find' | 'findWhole'>;
  sceneClips: SceneClipFiles;
  key: () => Promise<KeyObject>;
  timeZone: string;
}) {
  const { database, units, documents, store, incidents, sceneClips, key, timeZone } = options;

  async function picturesOf(tenant: string, { evidence }: Gathered) {
    const pictures = new Map<string, Uint8Array>();
    for (const { finding, kind, sha256 } of evidence) {
      if (kind !== 'snapshot') continue;
      try {
        const bytes = await buffer(store.read(tenant, sha256));
        const small = sharp(bytes).resize({ width: WIDEST, withoutEnlargement: true });
        pictures.set(finding, await small.jpeg({ quality: 82 }).toBuffer());
      } catch {
        // A damaged picture spoils no report: its digest is in it, and the pack has its bytes.
      }
    }
    return pictures;
  }

  async function draw(
    tenant: string,
    gathered: Gathered,
    language: DocumentLanguage,
    origin: string | null,
  ): Promise<DrawnReport> {
    const { site } = gathered.incident;
    const names = await database.transaction({ tenant, user: null }, async (tx) => ({
      company: (await tx.tenant.findFirst({ where: { id: tenant } }))?.name,
      site: (await tx.site.findFirst({ where: { id: site } }))?.name,
      nameOf: await kindNames(tx),
    }));
    const code = documents.newCode();
    const drawn = await documents.draw(
      reportOf(gathered, {
        language,
        code,
        link: documents.linkOf(code, origin),
        timeZone,
        company: (names.company ?? { zh: tenant, en: tenant }) as Bilingual,
        site: (names.site ?? { zh: site, en: site }) as Bilingual,
        nameOf: names.nameOf,
        pictures: await picturesOf(tenant, gathered),
      }),
    );
    return { code, language, ...drawn };
  }

  const register = (
    unit: Unit,
    incident: string,
    { code, language, bytes, pages, sha256 }: DrawnReport,
  ) =>
    documents.register(unit, {
      code,
      kind: 'incident-report',
      subject: { entity: 'incident', id: incident },
      title: reportTitle(incident),
      language,
      mediaType: 'application/pdf',
      sha256,
      bytes: bytes.length,
      pages,
    });

  return {
    draw,
    register,

    /**
     * Makes the report of an incident; the one before it in this language is superseded.
     *
     * @param origin where the caller reaches the app.
     * @throws Problem `evidence-pack.originals` where the caller may not have pictures.
     */
    async make(
      user: User,
      id: string,
      wanted: ReportRequest,
      origin: string,
    ): Promise<DrawnReport> {
      const { language, originals, reason = null } = wanted;
      if (originals && !mayHaveOriginals(user.account)) {
        throw new Problem('evidence-pack.originals');
      }
      const { tenant } = user;
      await database.transaction(actorOf(user.account), (tx) =>
        incidents.findWhole(tx, id, alongReading(user.account)),
      );
      const signing = await key();
      const gathered = await gatherSealed(database, {
        tenant,
        incident: id,
        originals,
        account: user.account,
        incidents,
        sceneClips,
        store,
        key: signing,
      });
      const drawn = await draw(tenant, gathered, language, origin);
      await units.run(user, async (unit) => {
        const incident = gathered.incident.id;
        await register(unit, incident, drawn);
        const after = { document: drawn.code, originals };
        await unit.audit({ action: 'export', entity: 'incident', id: incident, after, reason });
      });
      return drawn;
    },
  };
}
