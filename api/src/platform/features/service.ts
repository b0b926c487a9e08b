import { ulid } from 'ulid';
import type { z } from 'zod';
import { type Account, actorOf } from '../access/account.ts';
import type { Caller } from '../access/caller.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { type Feature, neededBy, resolve } from './catalogue.ts';
import { type ApplyWords, applyTo } from './dictionaries.ts';
import {
  allWords,
  type DictionaryId,
  dictionaries,
  type Preset,
  presets,
} from './presets/presets.ts';
import type {
  appliedSchema,
  featureList,
  featureSchema,
  presetSchema,
  surveyAnswer,
} from './schema.ts';
import { type Features, readChoices } from './state.ts';
import { type Answers, advise, questionsFor } from './survey.ts';

export type FeaturesService = ReturnType<typeof createFeaturesService>;

/**
 * Switches features of the tenant at runtime. A disabled feature answers no request and loses no
 * data.
 *
 * @param options.owners writers for dictionaries in modules' own tables.
 */
export function createFeaturesService(options: {
  database: Database;
  units: Units;
  features: Features;
  owners: () => Promise<Partial<Record<DictionaryId, ApplyWords>>>;
}) {
  const { database, units, features } = options;
  const { catalogue } = features;
  /** Planned features are not shown; a choice for one is kept for a later version. */
  const built = catalogue.filter((one) => one.built);
  const isBuilt = (id: string) => built.some((one) => one.id === id);
  const questions = questionsFor(isBuilt);
  const find = (id: string): Feature => {
    const one = built.find((other) => other.id === id);
    if (!one) throw new Problem('feature.unknown');
    return one;
  };
  const read = async (tx: Transaction) => resolve(await readChoices(tx), catalogue);
  const onAmong = async (tx: Transaction) => {
    const states = await read(tx);
    return new Set(catalogue.flatMap(({ id }) => (states.get(id)?.on ? [id] : [])));
  };

  async function choose(unit: Unit, feature: string, on: boolean): Promise<void> {
    const tenantId = unit.caller.tenant;
    const fields = { on, changedBy: unit.caller.account?.id ?? null, changedAt: new Date() };
    await unit.tx.tenantFeature.upsert({
      where: { tenantId_feature: { tenantId, feature } },
      create: { tenantId, feature, ...fields },
      update: fields,
    });
  }

  async function tell(unit: Unit, id: string, on: boolean, reason: string | null): Promise<void> {
    await unit.audit({
      action: on ? 'switch-on' : 'switch-off',
      entity: 'feature',
      id,
      before: { on: !on },
      after: { on },
      reason,
    });
    const what = on ? 'switched-on' : 'switched-off';
    await unit.emit({ entity: 'feature', what, subject: id, data: { feature: id, on } });
  }

  /** Serialised: two concurrent switches could each disable the other's dependency. */
  const oneAtATime = (unit: Unit) =>
    unit.tx
      .$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`anshi features ${unit.caller.tenant}`}, 0))::text`;

  return {
    async list(account: Account): Promise<z.infer<typeof featureList>> {
      return database.transaction(actorOf(account), async (tx) => {
        const states = await read(tx);
        const [last] = await tx.tenantPreset.findMany({ orderBy: { id: 'desc' }, take: 1 });
        return {
          items: built.map((one) => show(one, states)),
          preset: last ? { id: last.preset, appliedAt: last.appliedAt.toISOString() } : null,
        };
      });
    },

    /** @throws Problem with its dependencies, or its dependents. */
    async switch(
      caller: Caller,
      id: string,
      { on, reason }: { on: boolean; reason?: string | undefined },
    ): Promise<z.infer<typeof featureSchema>> {
      const one = find(id);
      const shown = await units.run(caller, async (unit) => {
        await oneAtATime(unit);
        const before = await onAmong(unit.tx);
        if (!on && one.required) throw new Problem('feature.required');
        if (on) {
          const needs = one.dependsOn.filter((other) => !before.has(other));
          if (needs.length > 0) throw new Problem('feature.needs', undefined, { needs });
        } else {
          const others = neededBy(id, catalogue).filter((other) => before.has(other));
          if (others.length > 0) {
            throw new Problem('feature.needed', undefined, { neededBy: others });
          }
        }
        await choose(unit, id, on);
        if (before.has(id) !== on) await tell(unit, id, on, reason ?? null);
        unit.afterCommit(() => features.forget());
        return show(one, await read(unit.tx));
      });
      return shown;
    },

    async presets(account: Account): Promise<z.infer<typeof presetSchema>[]> {
      const [last] = await database.transaction(actorOf(account), (tx) =>
        tx.tenantPreset.findMany({ orderBy: { id: 'desc' }, take: 1 }),
      );
      return presets.map((preset) => ({
        id: preset.id,
        name: preset.name,
        description: preset.description,
        features: preset.features.filter(isBuilt),
        words: Object.fromEntries(
          Object.entries(preset.words).map(([dictionary, list]) => [dictionary, list.length]),
        ),
        current: preset.id === last?.preset,
      }));
    },

    /** Applying it again changes nothing; applying another one deletes nothing. */
    async apply(caller: Caller, id: string): Promise<z.infer<typeof appliedSchema>> {
      const preset = presets.find((one) => one.id === id);
      if (!preset) throw new Problem('preset.unknown');
      return units.run(caller, (unit) => applyPreset(unit, preset));
    },

    /** The recommended modules, with reasons. */
    async survey(account: Account, answers: Answers): Promise<z.infer<typeof surveyAnswer>> {
      const states = await database.transaction(actorOf(account), read);
      const asked = questions.map(({ id }) => [id, answers[id] === true] as const);
      const advice = advise(Object.fromEntries(asked));
      const ofVersion = (list: typeof advice.required) =>
        list.filter(({ feature }) => isBuilt(feature));
      const [required, optional] = [ofVersion(advice.required), ofVersion(advice.optional)];
      const ids = (list: typeof required) => list.map(({ feature }) => feature);
      return {
        required: ids(required),
        optional: ids(optional),
        reasons: [...required, ...optional].map(({ feature, reasons }) => ({
          feature,
          name: find(feature).name,
          on: states.get(feature)?.on === true,
          reasons,
        })),
        preset: advice.preset,
      };
    },

    questions,
    applyPreset,
  };

  async function applyPreset(unit: Unit, preset: Preset): Promise<z.infer<typeof appliedSchema>> {
    const { tx, caller } = unit;
    await oneAtATime(unit);
    const before = await onAmong(tx);
    for (const { id, required } of catalogue) {
      if (!required) await choose(unit, id, preset.features.includes(id));
    }
    const after = await read(tx);
    const isOn = (id: string) => after.get(id)?.on === true;
    const ids = catalogue.map(({ id }) => id);
    const switchedOn = ids.filter((id) => isOn(id) && !before.has(id));
    const switchedOff = ids.filter((id) => !isOn(id) && before.has(id));
    for (const id of [...switchedOn, ...switchedOff]) {
      await tell(unit, id, isOn(id), `preset ${preset.id}`);
    }
    const applied = { added: 0, hidden: 0 };
    const owners = await options.owners();
    for (const dictionary of Object.keys(dictionaries) as DictionaryId[]) {
      const apply = owners[dictionary] ?? applyTo(dictionary, preset.id);
      const all = allWords[dictionary];
      const { added, hidden } = await apply(tx, caller.tenant, preset.words[dictionary], all);
      applied.added += added;
      applied.hidden += hidden;
    }
    const row = { tenantId: caller.tenant, id: ulid(), preset: preset.id };
    await tx.tenantPreset.createMany({ data: [{ ...row, appliedBy: caller.account?.id ?? null }] });
    const result = { preset: preset.id, switchedOn, switchedOff, words: applied };
    await unit.audit({ action: 'apply', entity: 'preset', id: preset.id, after: result });
    unit.afterCommit(() => features.forget());
    return result;
  }
}

function show(one: Feature, states: ReturnType<typeof resolve>): z.infer<typeof featureSchema> {
  const { id, name, description, kind, required } = one;
  return {
    id,
    name,
    description,
    kind,
    on: states.get(id)?.on === true,
    required,
    depends: [...one.dependsOn],
  };
}
