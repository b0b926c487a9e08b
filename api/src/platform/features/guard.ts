import type { RouteOptions } from 'fastify';
import type { App, Module } from '../http/app-types.ts';
import { Problem } from '../http/errors.ts';
import { problems } from '../http/problems.ts';
import type { Features } from './state.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The feature switch of this route. */
    feature?: string | null;
  }
}

/**
 * Answers 404 on the routes of disabled features. To be registered after the permission guard, so
 * that strangers cannot probe it, and before the routes.
 *
 * @throws Error at the start, where a route names an unknown feature.
 */
export function guardFeatures(app: App, features: Features): void {
  app.addHook('onRoute', (route) => {
    const id = route.config?.feature;
    if (id === undefined || id === null) return;
    requireKnown(features, id, `the route ${route.url}`);
    declareOff(route);
  });
  app.addHook('onRequest', async (request) => {
    const id = request.is404 ? undefined : request.routeOptions.config.feature;
    if (id === undefined || id === null || (await features.check(id))) return;
    const name = features.catalogue.find((one) => one.id === id)?.name;
    throw new Problem('feature.off', undefined, { feature: id, name });
  });
}

/**
 * Adds the modules' routes; each route of a module with a feature depends on its switch.
 *
 * @throws Error where a module names an unknown or planned feature.
 */
export function registerModules(app: App, modules: readonly Module[], features: Features): void {
  // Hooks of the whole server come first: a scope takes those that are there when it is made.
  for (const module of modules) module.watch?.(app);
  for (const module of modules) {
    const { feature: id } = module;
    if (id === undefined) {
      module.register(app);
      continue;
    }
    requireKnown(features, id, `the module ${module.name}`);
    app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        // Data of devices is accepted while it is off, so that none is lost.
        // A route with its own switch, or none by `null`, keeps that.
        if (route.config?.device || route.config?.feature !== undefined) return;
        route.config = { ...route.config, feature: id };
        declareOff(route);
      });
      module.register(scope as unknown as App);
    });
  }
}

/** 404 is part of the description of a route that can be switched off. */
function declareOff({ schema }: RouteOptions): void {
  if (schema?.response) schema.response = { ...problems(404), ...(schema.response as object) };
}

function requireKnown(features: Features, id: string, who: string): void {
  const known = features.catalogue.find((one) => one.id === id);
  if (!known) {
    throw new Error(`${who} names the feature "${id}", which platform/features/catalogue.ts lacks`);
  }
  if (!known.built) {
    throw new Error(`${who} names the feature "${id}", which the catalogue says is only planned`);
  }
}
