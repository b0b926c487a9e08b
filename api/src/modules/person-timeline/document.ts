import type { Bilingual } from '@anshi/contracts';
import { DateTime } from 'luxon';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Block, DocumentLanguage, PageSpec } from '../../platform/documents/spec.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { idsOfPerson } from '../people/merged.ts';
import { findPerson } from '../people/repository.ts';
import type { SensitiveField } from '../people/sensitive.ts';
import { belongingOf, personWithin } from '../people/service.ts';
import { blocksOf, sectionsOf } from './document-blocks.ts';
import { documentTitles, documentWords } from './document-words.ts';
import { type Period, periodOf, refusal } from './period.ts';
import type { FileDocumentRequest, FileSummary, OwnFileRequest } from './schema.ts';

const kinds = {
  person: 'person-file',
  internal: 'person-file-internal',
  outside: 'person-file-outside',
} as const;

/** What is printed, for whom. */
type Asked = FileDocumentRequest;
interface Gathered {
  person: string;
  name: string;
  employeeNo: string;
  company: Bilingual;
  period: Period;
  /** Sealed fields that are in it in plain text. */
  revealed: string[];
  blocks: Block[];
}

export type FileDocuments = ReturnType<typeof createFileDocuments>;

/** The file of a person as a document, masked for its recipient. Each print is in the audit log. */
export function createFileDocuments(platform: Platform) {
  const { units, documents, features, services, settings } = platform;
  const { timeZone } = settings;

  /** Sealed fields in plain text. @throws Problem `auth.forbidden` without the right to reveal. */
  async function reveal(unit: Unit, user: User, person: string, asked: Asked) {
    const shown: Partial<Record<SensitiveField, string>> = {};
    if (asked.reveal.length === 0) return shown;
    if (asked.recipient !== 'internal') {
      throw refusal(
        'reveal',
        '仅企业内部版本可显示密封信息',
        'is for a document within the company only',
      );
    }
    if (asked.revealReason === null) {
      throw refusal('revealReason', '显示密封信息须填写原因', 'is needed to show sealed fields');
    }
    await personWithin(unit.tx, user.account, 'person:reveal', person);
    const sensitive = services.get('peopleSensitive');
    const has = (await sensitive.masked(unit.tx, user.tenant, [person])).get(person);
    for (const field of new Set(asked.reveal)) {
      if (!has?.[field]) continue;
      shown[field] = await sensitive.reveal(unit.tx, user.tenant, person, field);
      await unit.audit({
        action: 'reveal',
        entity: 'person',
        id: person,
        person,
        after: { field, document: true },
        reason: asked.revealReason,
      });
    }
    return shown;
  }

  async function subjectOf(
    tx: Transaction,
    user: User,
    person: string,
    asked: Pick<Asked, 'recipient' | 'language' | 'from' | 'until'>,
  ) {
    const { recipient, language } = asked;
    const at = new Date();
    const period = periodOf(asked, at, timeZone);
    const ids = await idsOfPerson(tx, person);
    return { person, ids, user, recipient, language, at, period, timeZone, revealed: {}, services };
  }

  const gather = (user: User, id: string, asked: Asked, isOwnRoute: boolean): Promise<Gathered> =>
    units.run(user, async (unit) => {
      const { tx } = unit;
      const { account } = user;
      const row = isOwnRoute
        ? await personOf(tx, id)
        : await personWithin(tx, account, 'person:read', id);
      const person = row.id;
      const subject = {
        ...(await subjectOf(tx, user, person, asked)),
        revealed: await reveal(unit, user, person, asked),
      };
      const isOwn = account.person === person;
      const reader = { account, belonging: belongingOf(row), isOwn };
      const blocks = await blocksOf(tx, features, reader, { subject, name: row.name });
      const company = await tx.tenant.findFirst({ where: { id: user.tenant } });
      const { name, employeeNo } = row;
      return {
        person,
        name,
        employeeNo,
        company: (company?.name ?? { zh: user.tenant, en: user.tenant }) as Bilingual,
        period: subject.period,
        revealed: Object.keys(subject.revealed),
        blocks,
      };
    });

  function specOf(user: User, asked: Asked, gathered: Gathered, code: string, origin: string) {
    const { language, recipient, recipientName, purpose } = asked;
    const t = documentWords[language];
    const now = DateTime.now().setZone(timeZone).toFormat('yyyy-MM-dd HH:mm ZZ');
    const { firstDay, lastDay } = gathered.period;
    const spec: PageSpec = {
      layout: 'pages',
      language,
      title: t.title,
      subtitle: `${gathered.name}\n${gathered.employeeNo}`,
      code,
      link: documents.linkOf(code, origin),
      blocks: [
        {
          type: 'facts',
          rows: [
            [t.company, gathered.company[language]],
            [
              t.recipient,
              t.recipients[recipient] + (recipientName ? t.between + recipientName : ''),
            ],
            [t.purpose, purpose],
            [t.printedBy, user.account.displayName[language]],
            [t.printedAt, now],
            [t.period, `${firstDay}${t.to}${lastDay}`],
          ],
        },
        { type: 'text', text: t[recipient], muted: true },
        ...gathered.blocks,
      ],
    };
    return spec;
  }

  async function make(user: User, id: string, asked: Asked, origin: string, isOwnRoute = false) {
    if (asked.recipient === 'outside' && asked.recipientName === null) {
      throw refusal('recipientName', '请填写接收单位', 'is needed: who gets the document outside');
    }
    const gathered = await gather(user, id, asked, isOwnRoute);
    const code = documents.newCode();
    const drawn = await documents.draw(specOf(user, asked, gathered, code, origin));
    const { bytes, pages, sha256 } = drawn;
    const { language, recipient, recipientName, purpose } = asked;
    const { revealed } = gathered;
    await units.run(user, async (unit) => {
      await documents.register(unit, {
        code,
        kind: kinds[recipient],
        subject: { entity: 'person', id: gathered.person },
        title: documentTitles[recipient],
        language,
        mediaType: 'application/pdf',
        sha256,
        bytes: bytes.length,
        pages,
        // Others are for different readers: each stays genuine.
        supersedes: recipient === 'person',
      });
      await unit.audit({
        action: 'export',
        entity: 'person',
        id: gathered.person,
        person: gathered.person,
        after: { document: code, recipient, recipientName, language, revealed },
        reason: purpose,
      });
    });
    return bytes;
  }

  async function summarise(
    { tx, audit }: Unit,
    user: User,
    row: Awaited<ReturnType<typeof personOf>>,
    language: DocumentLanguage,
  ): Promise<FileSummary> {
    const { account } = user;
    const isOwn = account.person === row.id;
    const recipient = isOwn ? 'person' : 'internal';
    const wanted = { recipient, language, from: null, until: null } as const;
    const subject = await subjectOf(tx, user, row.id, wanted);
    const reader = { account, belonging: belongingOf(row), isOwn };
    const { summary } = await sectionsOf(tx, features, reader, subject);
    if (!isOwn) {
      const after = { what: 'file-summary' };
      await audit({ action: 'view', entity: 'person', id: row.id, person: row.id, after });
    }
    return { rows: summary.map((line) => ({ isOpen: false, ...line })) };
  }

  return {
    /**
     * A copy for the person supersedes the one before it of this language; others stay as they are.
     *
     * @param origin where the caller reaches the app.
     * @returns the PDF.
     * @throws Problem `person.unknown` outside of the reach of `person:read`, `person-file.fields`, and
     *   `auth.forbidden` where sealed fields are asked for without the right.
     */
    make: (user: User, id: string, asked: FileDocumentRequest, origin: string): Promise<Buffer> =>
      make(user, id, asked, origin),

    /**
     * The summary of a person, as a document says it. A look at another person is in the audit log.
     *
     * @throws Problem `person.unknown` outside of the reach of `person:read`.
     */
    summary: (user: User, id: string, language: DocumentLanguage): Promise<FileSummary> =>
      units.run(user, async (unit) => {
        const row = await personWithin(unit.tx, user.account, 'person:read', id);
        return summarise(unit, user, row, language);
      }),

    /** That of the own file. @throws Problem `person.unknown` for an account that belongs to no person. */
    ownSummary: (user: User, language: DocumentLanguage): Promise<FileSummary> =>
      units.run(user, async (unit) => {
        const { person } = user.account;
        if (person === null) throw new Problem('person.unknown');
        return summarise(unit, user, await personOf(unit.tx, person), language);
      }),

    /** The own file. @throws Problem `person.unknown` for an account that belongs to no person. */
    own(user: User, asked: OwnFileRequest, origin: string): Promise<Buffer> {
      const { person } = user.account;
      if (person === null) throw new Problem('person.unknown');
      const purpose = asked.purpose ?? documentWords[asked.language].ownPurpose;
      const whole: Asked = { ...asked, purpose, reveal: [], revealReason: null };
      return make(user, person, whole, origin, true);
    },
  };
}

async function personOf(tx: Transaction, id: string) {
  const row = await findPerson(tx, id);
  if (!row) throw new Problem('person.unknown');
  return row;
}
