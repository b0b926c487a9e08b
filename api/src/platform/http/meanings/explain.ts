import { manifests } from '../../../modules/manifests.ts';
import { byPlace } from './places.ts';
import { byName as common, type Meanings } from './words.ts';

/** The shared meanings, and those of the modules' manifests. */
const byName: Meanings = Object.assign({}, ...manifests.map(({ fields }) => fields ?? {}), common);

interface Schema {
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
}

/** A field without a description. */
export interface Unexplained {
  /** Name of the schema, or method and path of the operation. */
  owner: string;
  /** `path.of.field`. */
  field: string;
}

/**
 * Adds a meaning to each field and parameter of an OpenAPI document without one: by its place, else
 * by its name.
 *
 * @returns those without a known meaning.
 */
export function explainFields(document: object): Unexplained[] {
  const { paths = {}, components } = document as {
    paths?: Record<string, Record<string, { parameters?: (Schema & { name: string })[] }>>;
    components?: { schemas?: Record<string, Schema> };
  };
  const missing: Unexplained[] = [];
  for (const [owner, schema] of Object.entries(components?.schemas ?? {})) {
    missing.push(...explain(schema, owner));
  }
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const owner = `${method} ${path}`;
      for (const parameter of operation.parameters ?? []) {
        const known = parameter.description ?? byName[parameter.name]?.[1];
        if (known === undefined) missing.push({ owner, field: parameter.name });
        else parameter.description = known;
      }
      const { parameters: _explained, ...bodies } = operation;
      missing.push(...explain(bodies, owner));
    }
  }
  return missing;
}

function explain(part: unknown, owner: string, path = ''): Unexplained[] {
  if (Array.isArray(part)) return part.flatMap((one) => explain(one, owner, path));
  if (part === null || typeof part !== 'object') return [];
  return Object.entries(part as Schema).flatMap(([key, value]) => {
    if (key !== 'properties') return explain(value, owner, path);
    return Object.entries(value as Record<string, Schema>).flatMap(([name, field]) => {
      const place = path === '' ? name : `${path}.${name}`;
      return [...explainField(field, owner, place, name), ...explain(field, owner, place)];
    });
  });
}

function explainField(field: Schema, owner: string, place: string, name: string): Unexplained[] {
  // The referenced schema describes it.
  if (field.description !== undefined || field.$ref !== undefined) return [];
  const known = byPlace[`${owner}.${place}`] ?? byName[name];
  if (known === undefined) return [{ owner, field: place }];
  field.description = known[1];
  return [];
}
