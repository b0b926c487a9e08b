import { DateTime } from 'luxon';
import type { Transaction } from '../../platform/db/database.ts';
import type { Block } from '../../platform/documents/spec.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Features } from '../../platform/features/state.ts';
import type { FileSubject, SummaryRow } from '../../platform/file-sections.ts';
import { consentGate } from '../consent/gate.ts';
import { readFacts } from '../facts.ts';
import { documentWords } from './document-words.ts';
import { maskOthers } from './masking.ts';
import { type Reader, readable, readTimeline } from './reading.ts';

/** Events of one document; more are on the page. */
export const MOST_EVENTS = 500;

/**
 * The summary of a person, and the blocks of each section. What the reader may not read and what is not for the recipient
 * is absent.
 */
export async function sectionsOf(
  tx: Transaction,
  features: Pick<Features, 'check'>,
  reader: Reader,
  subject: FileSubject,
): Promise<{ summary: SummaryRow[]; blocks: Block[] }> {
  const { recipient, language } = subject;
  const all = (await readFacts()).flatMap(({ fileSections }) => fileSections ?? []);
  const sections = (await readable(features, all, reader))
    .filter(({ recipients }) => recipients?.includes(recipient) ?? true)
    .sort((a, b) => a.order - b.order);
  const summary: SummaryRow[] = [];
  const blocks: Block[] = [];
  // One after another: they share a connection.
  for (const section of sections) {
    const content = await section.read(tx, subject);
    summary.push(...(content.summary ?? []));
    if (content.blocks.length === 0) continue;
    blocks.push({ type: 'heading', text: section.name[language] }, ...content.blocks);
  }
  return { summary, blocks };
}

/**
 * What a document says of a person: summary, sections of the modules, timeline.
 *
 * @param of its `name` is the person's: it stays in a document for outside, other names are masked.
 */
export async function blocksOf(
  tx: Transaction,
  features: Pick<Features, 'check'>,
  reader: Reader,
  { subject, name }: { subject: FileSubject; name: string },
): Promise<Block[]> {
  const { recipient, language, ids, at, timeZone } = subject;
  const asOf = DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm');
  const { summary, blocks } = await sectionsOf(tx, features, reader, subject);
  const rows = summary.map(({ label, value }) => [label, value] as const);
  const whole: Block[] = [
    ...(rows.length > 0
      ? ([
          { type: 'heading', text: documentWords[language].summary(asOf) },
          { type: 'facts', rows },
        ] as const)
      : []),
    ...blocks,
    ...(await timelineOf(tx, features, reader, subject)),
  ];
  return recipient === 'outside' ? maskOthers(tx, whole, { ids, name }) : whole;
}

async function timelineOf(
  tx: Transaction,
  features: Pick<Features, 'check'>,
  reader: Reader,
  subject: FileSubject,
): Promise<Block[]> {
  const { language, period, timeZone, person } = subject;
  const t = documentWords[language];
  const isOutside = subject.recipient === 'outside';
  const sources = await sourcesFor(tx, features, reader, subject);
  if (sources.length === 0) return [];
  const byKind = new Map(sources.map((source) => [source.kind, source]));
  const page = await readTimeline(
    tx,
    person,
    { sources, reader },
    {
      kind: [],
      from: period.from.toISOString(),
      until: period.until.toISOString(),
      limit: MOST_EVENTS,
    },
    { timeZone, forOutside: isOutside },
  );
  const items = page.items.map(({ kind, at, day, title, detail }) => {
    const when = day
      ? at.slice(0, 10)
      : DateTime.fromISO(at, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm');
    const source = byKind.get(kind);
    const parts = [source?.name, title, isOutside && source?.internalDetail ? null : detail];
    return `${when}  ${parts.flatMap((one) => (one ? [one[language]] : [])).join(' · ')}`;
  });
  return [
    { type: 'heading', text: t.timeline },
    ...(page.next === null
      ? []
      : [{ type: 'text', text: t.more(MOST_EVENTS), muted: true } as const]),
    items.length === 0 ? { type: 'text', text: t.noEvents } : { type: 'list', items },
  ];
}

/** Kinds that are for the recipient; those from positions only while the person agrees to them. */
async function sourcesFor(
  tx: Transaction,
  features: Pick<Features, 'check'>,
  reader: Reader,
  { recipient, person }: FileSubject,
): Promise<TimelineSource[]> {
  const all = (await readFacts()).flatMap(({ timeline }) => timeline ?? []);
  const found: TimelineSource[] = [];
  for (const source of await readable(features, all, reader)) {
    if (recipient === 'outside' && source.internal) continue;
    const { consent } = source;
    if (consent !== undefined && !(await consentGate.allowed(tx, person, consent))) continue;
    found.push(source);
  }
  return found;
}
