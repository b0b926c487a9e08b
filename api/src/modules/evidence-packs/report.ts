import type { Bilingual } from '@anshi/contracts';
import { DateTime } from 'luxon';
import { readLine } from '../../platform/audit/attested-line.ts';
import { describe } from '../../platform/audit/words.ts';
import type { Block, DocumentLanguage, PageSpec } from '../../platform/documents/spec.ts';
import { kindOf, type NameKind } from '../violations/kind.ts';
import { type EvidenceKind, evidenceKinds } from './format.ts';
import type { Gathered } from './gather.ts';
import { type ReportWords, reportWords } from './report-words.ts';

type Member = Gathered['incident']['members'][number];
type Row = readonly [label: string, value: string];

/** What a report needs beside what was gathered. */
export interface ReportContext {
  language: DocumentLanguage;
  code: string;
  link: string;
  timeZone: string;
  company: Bilingual;
  site: Bilingual;
  nameOf: NameKind;
  /** JPEGs by finding; of those that may be shown. */
  pictures: ReadonlyMap<string, Uint8Array>;
}

/** The title of the report of an incident, as the page of its code shows it. */
export const reportTitle = (incident: string): Bilingual => ({
  zh: `${reportWords.zh.title} ${incident}`,
  en: `${reportWords.en.title} ${incident}`,
});

/** Lays an incident out as a document: facts, findings with their pictures, verdicts, audit lines, keys. */
export function reportOf(gathered: Gathered, context: ReportContext): PageSpec {
  const { incident } = gathered;
  const { language, code, link, site, timeZone } = context;
  const t = reportWords[language];
  // With seconds and the zone: it is read elsewhere.
  const at = (instant: string) =>
    DateTime.fromISO(instant, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss ZZ');
  return {
    layout: 'pages',
    language,
    title: t.title,
    subtitle: `${incident.id}\n${site[language]}\n${at(incident.startedAt)}`,
    code,
    link,
    blocks: [
      { type: 'heading', text: t.facts },
      { type: 'facts', rows: factsOf(gathered, context, t, at) },
      ...incident.members.flatMap((member, n) =>
        findingBlocks(gathered, member, n, context, t, at),
      ),
      { type: 'heading', text: t.verdicts },
      { type: 'list', items: verdictsOf(gathered, language, t, at) },
      { type: 'heading', text: t.audit },
      { type: 'text', text: t.auditHint, muted: true },
      { type: 'list', items: auditOf(gathered, language, at) },
      { type: 'heading', text: t.keys },
      {
        type: 'list',
        items: or(
          gathered.keys.map((key) => t.key(key.id, key.worker, key.revokedAt && at(key.revokedAt))),
          t,
        ),
      },
    ],
  };
}

const or = (items: readonly string[], t: ReportWords) => (items.length > 0 ? items : [t.none]);
const word = (words: Readonly<Record<string, string>>, id: string) => words[id] ?? id;
type At = (instant: string) => string;

function factsOf(
  { incident }: Gathered,
  { language, company, site, nameOf }: ReportContext,
  t: ReportWords,
  at: At,
): Row[] {
  const { verdict } = incident;
  const cameras = new Map(
    incident.members.map(({ violation }) => [violation.camera, violation.cameraName]),
  );
  return [
    [t.id, incident.id],
    [t.company, company[language]],
    [t.site, site[language]],
    [t.subject, word(t.subjects, incident.subject)],
    [t.severity, word(t.severities, incident.severity)],
    [
      t.rules,
      incident.rules.map((rule) => nameOf(rule)[language]).join(language === 'zh' ? '、' : ', '),
    ],
    [
      t.cameras,
      [...cameras.values()].map((name) => name[language]).join(language === 'zh' ? '、' : ', '),
    ],
    [t.started, at(incident.startedAt)],
    [t.last, at(incident.lastAt)],
    [t.recorded, at(incident.openedAt)],
    [t.status, word(t.statuses, incident.status)],
    ...(verdict ? verdictRows(verdict, language, t, at) : []),
  ];
}

function verdictRows(
  { by, at: when, reason, note }: NonNullable<Gathered['incident']['verdict']>,
  language: DocumentLanguage,
  t: ReportWords,
  at: At,
): Row[] {
  const rows: Row[] = [[t.reviewer, `${by.displayName[language]}, ${at(when)}`]];
  if (reason) rows.push([t.reason, word(t.reasons, reason)]);
  if (note) rows.push([t.note, note]);
  return rows;
}

function findingBlocks(
  gathered: Gathered,
  { violation, signatures, takenOut }: Member,
  n: number,
  { language, nameOf, pictures }: ReportContext,
  t: ReportWords,
  at: At,
): Block[] {
  const rule = nameOf(kindOf(violation))[language];
  const place = violation.zoneName ?? violation.lineName;
  const jpeg = pictures.get(violation.id);
  const signed = signatures.map(({ part, state, worker, audit }) =>
    state === 'signed' && audit
      ? t.signed(t.part[part], worker, String(audit.seq), at(audit.at))
      : t.notSigned(t.part[part], word(t.states, state)),
  );
  const title = t.finding(n + 1, rule, violation.cameraName[language]);
  return [
    { type: 'heading', text: takenOut ? `${title} (${t.takenOut})` : title },
    {
      type: 'facts',
      rows: [
        [t.id, violation.id],
        ...(place ? ([[t.zone, place[language]]] as Row[]) : []),
        [t.severity, word(t.severities, violation.severity)],
        [t.started, at(violation.startedAt)],
        [t.last, violation.endedAt ? at(violation.endedAt) : t.none],
        [t.recorded, at(violation.recordedAt)],
        [t.status, word(t.statuses, violation.status)],
        [t.confidence, `${Math.round(violation.confidence * 100)} %`],
        [t.model, `${violation.model.name} ${violation.model.version}`],
        [t.signature, signed.length > 0 ? signed.join('\n') : t.unsigned],
        ...evidenceKinds.map(
          (kind): Row => [t[kind], evidenceText(gathered, violation.id, kind, t)],
        ),
        ...gathered.scene
          .filter(({ finding }) => finding === violation.id)
          .map(
            ({ cameraName, sha256, why }): Row => [
              t.sceneClip(cameraName[language]),
              why === null && sha256 ? t.digest(sha256) : t.missing[why ?? 'lost'],
            ],
          ),
      ],
    },
    ...(jpeg && violation.snapshot
      ? [{ type: 'picture' as const, jpeg, caption: t.taken(at(violation.snapshot.takenAt)) }]
      : []),
  ];
}

function evidenceText(
  { evidence, missing }: Gathered,
  finding: string,
  kind: EvidenceKind,
  t: ReportWords,
): string {
  const file = evidence.find((one) => one.finding === finding && one.kind === kind);
  if (file) return t.digest(file.sha256);
  const lack = missing.find((one) => one.finding === finding && one.kind === kind);
  const why = lack ? t.missing[lack.why] : t.none;
  return lack?.sha256 ? `${t.digest(lack.sha256)}\n${why}` : why;
}

function verdictsOf(
  { verdicts }: Gathered,
  language: DocumentLanguage,
  t: ReportWords,
  at: At,
): string[] {
  const lines = verdicts.map((one) => {
    const reason = one.reason ? `, ${word(t.reasons, one.reason)}` : '';
    const note = one.note ? `, ${one.note}` : '';
    return `${at(one.at)}  ${one.by[language]}  ${word(t.decisions, one.decision)}${reason}${note}  (${one.violation})`;
  });
  return [...or(lines, t)];
}

function auditOf({ audit }: Gathered, language: DocumentLanguage, at: At): string[] {
  return audit.map((line) => {
    const read = readLine(line);
    if (!read) return line.seq;
    const { user, after, before } = read;
    const text = describe({ ...read, userName: user, after, before })[language];
    return `${line.seq}  ${at(new Date(read.at).toISOString())}  ${text}`;
  });
}
