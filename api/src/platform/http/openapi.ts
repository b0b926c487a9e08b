import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './app-types.ts';
import { explainFields } from './meanings/explain.ts';

/** The introduction: common to all operations. */
const DESCRIPTION = `The system of record: violations and their evidence, hazards, people, places, accounts.

- **Sign in** with \`POST /api/v1/auth/login\`; its \`accessToken\` goes into \`Authorization: Bearer …\` and lasts
  minutes. Each operation names the permission that it needs. What lies outside of your reach answers 404.
- **Problems** are \`application/problem+json\` (RFC 9457): \`code\` is for programs, \`detail\` says what to do.
- **Lists** come in pages: give \`next\` of the answer as \`cursor\` of the next request.
- **Changes** name the \`version\` that they were made on; where somebody was faster, the answer is 409 with the
  row as it is now.
- **Times** are RFC 3339 with an offset.`;

/** Describes the routes that are registered after it, from their zod schemas. */
export async function describeRoutes(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Anshi API',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          user: { type: 'http', scheme: 'bearer', description: 'The access token of a user.' },
          device: {
            type: 'http',
            scheme: 'bearer',
            description: 'The secret of one device, made at `POST /api/v1/devices`.',
          },
          deviceBasic: {
            type: 'http',
            scheme: 'basic',
            description: 'The name of the device and its secret, for products that send no bearer.',
          },
        },
      },
    },
    transform: ({ schema, url, route, ...rest }) => {
      const { permission, device } = route.config ?? {};
      const devices = device ? [{ device: [] }, { deviceBasic: [] }] : [];
      const security = permission ? [{ user: [] }] : devices;
      const described = {
        ...schema,
        security,
        ...(permission && permission !== 'self'
          ? { description: describe(schema?.description, permission) }
          : {}),
      };
      return jsonSchemaTransform({ schema: described, url, route, ...rest });
    },
    transformObject: (document) => {
      const described = jsonSchemaTransformObject(document);
      if (!('openapiObject' in document)) return described;
      const tidy = tidySchemas(described);
      explainFields(tidy);
      return tidy;
    },
  });
}

const describe = (text: string | undefined, permission: string) =>
  [text, `Needs the permission \`${permission}\`.`].filter(Boolean).join('\n\n');

/**
 * Each named schema appears twice, as request and as response. Most are used in one direction only:
 * these get the plain name, and unused ones are removed.
 */
export function tidySchemas<Description extends object>(described: Description): Description {
  const { paths, components } = described as {
    paths?: object;
    components?: { schemas?: Record<string, object> };
  };
  const all = components?.schemas ?? {};
  const used = new Set<string>();
  const follow = (part: object | undefined) => {
    for (const [, name] of JSON.stringify(part ?? {}).matchAll(REFERENCE)) {
      if (!name || used.has(name)) continue;
      used.add(name);
      follow(all[name]);
    }
  };
  follow(paths);
  const nameOf = (name: string) => {
    const plain = name.replace(/Input$/, '');
    return used.has(plain) ? name : plain;
  };
  const kept = [...used].sort().map((name) => [nameOf(name), all[name]] as const);
  const tidy = { ...described, components: { ...components, schemas: Object.fromEntries(kept) } };
  const text = JSON.stringify(tidy).replace(REFERENCE, (_, name: string) => {
    return `"#/components/schemas/${nameOf(name)}"`;
  });
  return JSON.parse(text) as Description;
}

const REFERENCE = /"#\/components\/schemas\/(\w+)"/g;
