import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { refusedField } from '../../platform/kit/refused-field.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noteCreated } from '../../platform/kit/save.ts';
import { dayDate } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { personKey } from './name-key.ts';
import { dayAt, dayLater } from './times.ts';

/** The text that counts; null where none was published. */
export const currentText = (tx: Transaction) =>
  tx.inductionText.findFirst({ orderBy: { version: 'desc' } });

/** Versions of the safety induction, and who confirmed them. */
export function createInductions({ units, settings }: Pick<Platform, 'units' | 'settings'>) {
  const show = (
    row: NonNullable<Awaited<ReturnType<typeof currentText>>>,
    confirmations: number,
  ) => ({
    version: row.version,
    text: row.text as Bilingual,
    validDays: row.validDays,
    publishedAt: row.publishedAt.toISOString(),
    confirmations,
  });

  async function all(tx: Transaction) {
    const rows = await tx.inductionText.findMany({ orderBy: { version: 'desc' }, take: 100 });
    const counts = await tx.inductionDone.groupBy({ by: ['version'], _count: true });
    const of = new Map(counts.map(({ version, _count }) => [version, _count]));
    return { items: rows.map((row) => show(row, of.get(row.version) ?? 0)) };
  }

  return {
    list: (user: User) => units.run(user, ({ tx }) => all(tx)),

    /** Publishes a text as the next version: confirmations of the version before count no more. */
    publish: (user: User, given: { text: Bilingual; validDays: number }) =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`induction ${user.tenant}`}, 0))::text`;
        const version = ((await currentText(tx))?.version ?? 0) + 1;
        const { text, validDays } = given;
        const row = await tx.inductionText.create({
          data: { tenantId: user.tenant, version, text, validDays, publishedBy: user.account.id },
        });
        const after = { version, validDays };
        await noteCreated(unit, { entity: 'induction', id: String(version), after });
        return show(row, 0);
      }),

    /**
     * Makes sure that a visitor is instructed: by a confirmation of the text in force that still counts, or by this one.
     *
     * @throws Problem `visit.induction-needed` or `visit.induction-old` with the text in `current`, `visit.signature`.
     */
    async require(
      unit: Unit,
      person: { id: string; name: string },
      given: { version: number; signedName: string } | null,
    ): Promise<void> {
      const { tx, caller } = unit;
      const text = await currentText(tx);
      const today = dayAt(new Date(), settings.timeZone);
      const current = text && { ...show(text, 0) };
      if (text) {
        const done = await tx.inductionDone.findFirst({
          where: {
            personId: person.id,
            version: text.version,
            validUntil: { gte: dayDate(today) },
          },
        });
        if (done && given === null) return;
      }
      if (given === null || !text) {
        throw new Problem('visit.induction-needed', undefined, { current });
      }
      if (given.version !== text.version) {
        throw new Problem('visit.induction-old', undefined, { current });
      }
      if (personKey(given.signedName) !== personKey(person.name)) {
        throw refusedField('visit.signature', 'body.induction.signedName', {
          zh: `请签“${person.name}”。`,
          en: `Sign as "${person.name}".`,
        });
      }
      const validUntil = dayLater(today, text.validDays - 1);
      await tx.inductionDone.create({
        data: {
          tenantId: caller.tenant,
          id: newId(),
          personId: person.id,
          version: text.version,
          signedName: given.signedName,
          confirmedBy: caller.account?.id ?? null,
          validUntil: dayDate(validUntil),
        },
      });
      await unit.audit({
        action: 'confirm-induction',
        entity: 'person',
        id: person.id,
        person: person.id,
        after: { version: text.version, validUntil },
      });
    },
  };
}
export type Inductions = ReturnType<typeof createInductions>;
