import fc from 'fast-check';
import fastify from 'fastify';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { AccountEvents } from '../access/account-events.ts';
import type { Database } from '../db/database.ts';
import type { App, Module } from '../http/app-types.ts';
import { answerProblems } from '../http/problems.ts';
import { features as catalogue, type Feature, neededBy, resolve } from './catalogue.ts';
import { guardFeatures, registerModules } from './guard.ts';
import { dictionaries, presets } from './presets/presets.ts';
import { createFeatures } from './state.ts';
import { advise, questions, questionsFor } from './survey.ts';

const ids = catalogue.map(({ id }) => id);
const choices = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.boolean()), { selector: ([id]) => id })
  .map((list) => new Map(list));

describe('the catalogue', () => {
  it('lists dependencies before dependents, without cycles', () => {
    for (const [at, one] of catalogue.entries()) {
      for (const other of one.dependsOn) expect(ids.indexOf(other), one.id).toBeLessThan(at);
      expect(ids.filter((id) => id === one.id)).toHaveLength(1);
      for (const other of one.required ? one.dependsOn : []) {
        expect(catalogue.find(({ id }) => id === other)?.required).toBe(true);
      }
    }
  });

  it('for any choice, no enabled feature lacks a dependency or is unbuilt', () => {
    fc.assert(
      fc.property(choices, (chosen) => {
        const states = resolve(chosen);
        for (const one of catalogue) {
          const { on, wanted } = states.get(one.id)!;
          if (one.required) expect(on).toBe(true);
          if (!one.built) expect(on).toBe(false);
          if (on) for (const other of one.dependsOn) expect(states.get(other)?.on).toBe(true);
          if (wanted) expect(one.built).toBe(false);
        }
      }),
    );
  });

  it('lists direct and indirect dependents', () => {
    expect(neededBy('equipment')).toEqual(expect.arrayContaining(['scheduling', 'prediction']));
    expect(neededBy('people')).toEqual(expect.arrayContaining(['hazards', 'chemicals']));
    expect(neededBy('reports')).toEqual([]);
  });
});

describe('presets', () => {
  it('include the dependencies of every module, and words in both languages', () => {
    for (const preset of presets) {
      for (const id of preset.features) {
        const one = catalogue.find((other) => other.id === id);
        for (const other of one?.dependsOn ?? [`${id} is unknown`]) {
          expect(preset.features, `${preset.id}: ${id}`).toContain(other);
        }
      }
      for (const dictionary of Object.keys(dictionaries)) {
        const words = preset.words[dictionary as keyof typeof dictionaries];
        expect(words.length).toBeGreaterThan(3);
        expect(new Set(words.map(({ id }) => id)).size).toBe(words.length);
        for (const { name } of words) expect(name.zh && name.en).toBeTruthy();
      }
    }
  });

  it('[SME-04] [SME-05] are those of the brief: three core modules of a small works, chemicals, gas and emergency of a large plant', () => {
    const of = (id: string) => presets.find((preset) => preset.id === id)!.features;
    expect([...of('small-machinery')].sort()).toEqual(['equipment', 'hazards', 'people']);
    expect(of('large-chemical')).toEqual(expect.arrayContaining(['chemicals', 'gas', 'emergency']));
  });

  it('[ARC-05] are those of four industries, each with words of its own', () => {
    const four = ['machinery', 'chemical', 'automotive', 'electronics'].map(
      (id) => presets.find((preset) => preset.id === id)!,
    );
    const kinds = four.map(({ words }) => words['area-kind'].map(({ id }) => id).join());
    expect(new Set(kinds).size).toBe(4);
    expect(four.map(({ features }) => features.includes('chemicals'))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });
});

describe('the survey', () => {
  it('[SME-08] lists required and recommended modules, with reasons', () => {
    const small = advise({ 'dangerous-machines': true });
    expect(small.required.map(({ feature }) => feature)).toEqual([
      'people',
      'hazards',
      'training',
      'emergency',
      'equipment',
    ]);
    expect(small.preset).toBe('small-machinery');
    const plant = advise({ chemicals: true, gases: true, 'over-100': true, cameras: true });
    expect(plant.preset).toBe('large-chemical');
    expect(plant.required.find(({ feature }) => feature === 'gas')?.reasons).toHaveLength(2);
    expect(plant.optional.map(({ feature }) => feature)).toContain('monitoring');
  });

  it('asks nothing that only leads to modules that do not exist, and asks it once they do', () => {
    const asked = (also: string[] = []) =>
      questionsFor(
        (id) => also.includes(id) || catalogue.some((one) => one.built && one.id === id),
      ).map(({ id }) => id);
    expect(asked()).toEqual(
      expect.arrayContaining(['cameras', 'badges', 'shifts', 'suppliers', 'over-100']),
    );
    for (const id of ['chemicals', 'gases', 'special-equipment']) {
      expect(asked()).not.toContain(id);
    }
    expect(asked(['chemicals'])).toContain('chemicals');
  });

  it('never lists a module twice, lists existing modules only, and uses every question', () => {
    const answers = fc.dictionary(fc.constantFrom(...questions.map(({ id }) => id)), fc.boolean());
    const seen = new Set<string>();
    fc.assert(
      fc.property(answers, (given) => {
        const { required, optional, preset } = advise(given);
        const named = [...required, ...optional].map(({ feature }) => feature);
        expect(new Set(named).size).toBe(named.length);
        for (const id of named) expect(ids).toContain(id);
        for (const { reasons } of required) expect(reasons.length).toBeGreaterThan(0);
        expect(presets.map(({ id }) => id)).toContain(preset);
        for (const id of named) seen.add(id);
      }),
    );
    expect(seen.size).toBeGreaterThan(8);
  });
});

describe('the guard of the routes', () => {
  const chosen = new Map<string, boolean>();
  const database = {
    transaction: async () => new Map(chosen),
  } as unknown as Database;
  const events = { listening: false, on: () => () => {}, onGap: () => () => {} };
  const feature = (id: string, changes: Partial<Feature> = {}): Feature => ({
    id,
    name: { zh: id, en: id },
    description: { zh: id, en: id },
    kind: 'base',
    required: false,
    built: true,
    dependsOn: [],
    records: [],
    ...changes,
  });
  const build = (
    modules: Module[],
    list = [feature('chemicals'), feature('later', { built: false })],
  ) => {
    const app = fastify() as unknown as App;
    answerProblems(app);
    const features = createFeatures({
      database,
      tenant: 'demo',
      events: events as unknown as AccountEvents,
      log: pino({ level: 'silent' }),
      catalogue: list,
    });
    guardFeatures(app, features);
    registerModules(app, modules, features);
    return { app, features };
  };
  const chemicals: Module = {
    name: 'chemicals',
    feature: 'chemicals',
    register(app) {
      app.get('/chemicals', async () => 'here');
      // A module may keep its own scope, and accept data from gateways.
      app.register(async (scope: typeof app) => {
        scope.get('/chemicals/inner', async () => 'here');
      });
      app.post(
        '/ingest/chemicals',
        { config: { device: { kinds: ['gateway'] } } },
        async () => 'kept',
      );
    },
  };
  const base: Module = {
    name: 'base',
    register: (app) => void app.get('/base', async () => 'here'),
  };

  it('[SME-06] [SME-07] answers 404 on every route of a module that is off, the others as ever', async () => {
    const { app } = build([chemicals, base]);
    chosen.set('chemicals', true);
    for (const url of ['/chemicals', '/chemicals/inner', '/base']) {
      expect((await app.inject(url)).statusCode).toBe(200);
    }
    chosen.set('chemicals', false);
    for (const url of ['/chemicals', '/chemicals/inner']) {
      const answer = await app.inject(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'feature.off', feature: 'chemicals' });
    }
    expect((await app.inject('/base')).statusCode).toBe(200);
    const kept = await app.inject({ method: 'POST', url: '/ingest/chemicals' });
    expect(kept.body).toBe('kept');
    chosen.set('chemicals', true);
    expect((await app.inject('/chemicals')).statusCode).toBe(200);
    await app.close();
  });

  it('fails the start for a module or a route with an unknown feature, or one that is not built', async () => {
    const named = (id: string): Module => ({ ...chemicals, feature: id });
    expect(() => build([named('chemikals')])).toThrow('names the feature "chemikals"');
    expect(() => build([named('later')])).toThrow('only planned');
    const stray: Module = {
      name: 'stray',
      register: (app) => void app.get('/x', { config: { feature: 'stray' } }, async () => ''),
    };
    expect(() => build([stray])).toThrow('the route /x names the feature "stray"');
  });

  it('[ARC-08] jobs of a disabled module do nothing until it is enabled again', async () => {
    const { features } = build([chemicals]);
    const ran: string[] = [];
    const job = features.whileOn('chemicals', async (what: string) => void ran.push(what));
    chosen.set('chemicals', false);
    await job('first');
    chosen.set('chemicals', true);
    await job('second');
    expect(ran).toEqual(['second']);
    expect(() => features.whileOn('nothing', async () => {})).toThrow('no module "nothing"');
  });
});
