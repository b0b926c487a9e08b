import { buffer } from 'node:stream/consumers';
import type { Bilingual } from '@anshi/contracts';
import { DateTime } from 'luxon';
import sharp from 'sharp';
import { actorOf } from '../../platform/access/account.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Documents } from '../../platform/documents/documents.ts';
import type { Block, DocumentLanguage, PageSpec } from '../../platform/documents/spec.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import { readsFileOf } from './reach.ts';
import { type ReportWords, reportTitle, reportWords } from './report-words.ts';
import { violationsInForce, withHistory } from './rows.ts';
import type { Entry } from './schema.ts';
import { showEntries } from './show.ts';

/** Entries of one document; more are for another one. */
const MOST = 200;
/** Widest picture in pixels. */
const WIDEST = 1_000;

interface Gathered {
  entries: Entry[];
  /** How many violations count: several entries of one act are one. */
  inForce: number;
  /** Of the blurred pictures, by entry. */
  pictures: Map<string, string>;
  person: { name: string; employeeNo: string; department: Bilingual; post: string | null };
  company: Bilingual;
}

export type FileReports = ReturnType<typeof createFileReports>;

/** The violations in the file of a person as a document, for an appraisal. */
export function createFileReports(parts: {
  units: Units;
  database: Database;
  documents: Documents;
  store: Pick<EvidenceStore, 'read'>;
  timeZone: string;
}) {
  const { units, database, documents, store, timeZone } = parts;

  async function gather(tx: Transaction, user: User, id: string): Promise<Gathered> {
    if (!(await readsFileOf(tx, user.account, id))) throw new Problem('person.unknown');
    const person = await tx.person.findFirstOrThrow({
      where: { id },
      select: {
        name: true,
        employeeNo: true,
        post: true,
        department: { select: { name: true } },
      },
    });
    const rows = await tx.safetyEntry.findMany({
      where: { personId: id },
      include: withHistory,
      orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      take: MOST,
    });
    const files = await tx.violation.findMany({
      where: { id: { in: rows.map(({ violationId }) => violationId) } },
      select: { id: true, snapshotBlurredSha256: true },
    });
    const company = await tx.tenant.findFirst({ where: { id: user.tenant } });
    return {
      entries: await showEntries(tx, user.account, rows),
      inForce: (await violationsInForce(tx, [id])).length,
      pictures: new Map(
        rows.flatMap((row): [string, string][] => {
          const sha256 = files.find((one) => one.id === row.violationId)?.snapshotBlurredSha256;
          return sha256 ? [[row.id, sha256]] : [];
        }),
      ),
      person: { ...person, department: person.department.name as Bilingual },
      company: (company?.name ?? { zh: user.tenant, en: user.tenant }) as Bilingual,
    };
  }

  async function pictureOf(tenant: string, sha256: string | undefined): Promise<Uint8Array | null> {
    if (sha256 === undefined) return null;
    try {
      const bytes = await buffer(store.read(tenant, sha256));
      const small = sharp(bytes).resize({ width: WIDEST, withoutEnlargement: true });
      return await small.jpeg({ quality: 80 }).toBuffer();
    } catch {
      // Removed at the end of its term, or lost: the entry stands without it.
      return null;
    }
  }

  async function blocksOf(
    tenant: string,
    { entries, inForce, pictures, person, company }: Gathered,
    language: DocumentLanguage,
  ): Promise<Block[]> {
    const t = reportWords[language];
    const at = (instant: string) =>
      DateTime.fromISO(instant, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss ZZ');
    const counting = entries.filter(({ state }) => state === 'in-force');
    const others = entries.filter(({ state }) => state !== 'in-force');
    const blocks: Block[] = [
      {
        type: 'facts',
        rows: [
          [t.person, `${person.name} (${person.employeeNo})`],
          [t.department, person.department[language]],
          [t.post, person.post ?? t.none],
          [t.company, company[language]],
          [t.counting, String(inForce)],
        ],
      },
    ];
    if (counting.length === 0) blocks.push({ type: 'text', text: t.nothing });
    for (const entry of counting) {
      blocks.push({ type: 'heading', text: `${at(entry.startedAt)}  ${entry.kindName[language]}` });
      blocks.push({ type: 'facts', rows: factsOf(entry, t, language, at) });
      const jpeg = await pictureOf(tenant, pictures.get(entry.id));
      if (jpeg) blocks.push({ type: 'picture', jpeg, caption: t.picture });
      else blocks.push({ type: 'text', text: t.noPicture, muted: true });
    }
    if (others.length > 0) {
      blocks.push({ type: 'heading', text: t.others });
      blocks.push({
        type: 'list',
        items: others.map((entry) => {
          const last = entry.changes.at(-1);
          const when = last ? `, ${at(last.at)}` : '';
          return `${at(entry.startedAt)}  ${entry.kindName[language]}: ${t.states[entry.state]}${when}`;
        }),
      });
    }
    return blocks;
  }

  return {
    /**
     * The one before it of this person in this language is superseded.
     *
     * @param origin where the caller reaches the app.
     * @returns the PDF.
     * @throws Problem `person.unknown` where the account does not read the file.
     */
    async make(
      user: User,
      id: string,
      language: DocumentLanguage,
      origin: string,
    ): Promise<Buffer> {
      const gathered = await database.transaction(actorOf(user.account), (tx) =>
        gather(tx, user, id),
      );
      const code = documents.newCode();
      const { person } = gathered;
      const spec: PageSpec = {
        layout: 'pages',
        language,
        title: reportTitle[language],
        subtitle: `${person.name}\n${person.department[language]}`,
        code,
        link: documents.linkOf(code, origin),
        blocks: await blocksOf(user.tenant, gathered, language),
      };
      const { bytes, pages, sha256 } = await documents.draw(spec);
      await units.run(user, async (unit) => {
        await documents.register(unit, {
          code,
          kind: 'safety-file',
          subject: { entity: 'person', id },
          // The verification page shows the title, so it contains no name.
          title: reportTitle,
          language,
          mediaType: 'application/pdf',
          sha256,
          bytes: bytes.length,
          pages,
        });
        const after = { document: code, entries: gathered.entries.length };
        await unit.audit({ action: 'export', entity: 'person', id, person: id, after });
      });
      return bytes;
    },
  };
}

type Row = readonly [label: string, value: string];

function factsOf(
  entry: Entry,
  t: ReportWords,
  language: DocumentLanguage,
  at: (instant: string) => string,
): Row[] {
  const { identified, objection } = entry;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const place = [entry.siteName, entry.area?.name ?? null, entry.zoneName, entry.cameraName];
  const sure = identified.posterior === null ? '' : ` (${percent(identified.posterior)})`;
  return [
    [t.id, entry.id],
    [t.what, `${entry.kindName[language]} (${entry.kind}, ${entry.ruleId})`],
    [t.where, place.flatMap((one) => (one ? [one[language]] : [])).join(' / ')],
    ...(entry.floor
      ? [
          [
            t.floor,
            `${entry.floorPlan ?? ''} ${entry.floor.map((n) => n.toFixed(1)).join(', ')} m`,
          ] as Row,
        ]
      : []),
    [t.confidence, `${percent(entry.confidence)}, ${entry.model.name} ${entry.model.version}`],
    [t.identified, `${t.bases[identified.basis]}${sure}`],
    ...(identified.reason ? [[t.why, identified.reason] as Row] : []),
    ...(identified.explanation.length > 0
      ? [[t.explanation, identified.explanation.map((one) => one[language]).join('\n')] as Row]
      : []),
    [t.reviewer, `${entry.reviewer.displayName[language]}, ${at(entry.reviewedAt)}`],
    ...(entry.reviewNote ? [[t.note, entry.reviewNote] as Row] : []),
    [
      t.objection,
      objection
        ? `${t.objections[objection.state]}${objection.reason ? `: ${objection.reason}` : ''}`
        : t.noObjection,
    ],
  ];
}
