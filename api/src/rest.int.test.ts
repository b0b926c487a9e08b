import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Grant, type Permission, permissions } from './platform/access/permissions.ts';
import { openDatabase } from './platform/db/database.ts';
import { openSite, type RunningApi, type Site, startApi } from './testing/site.ts';
import { makeUser } from './testing/users.ts';

/*
 * The REST interface as an outside system meets it: all that is known here is the description that the running API serves.
 * Each answer is held against the schema that the description gives for its status.
 */
interface Media {
  schema?: object;
}
interface Operation {
  operationId: string;
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean }[];
  responses: Record<string, { content?: Record<string, Media> }>;
}
interface Description {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

const READER = 'rest.reader';
let site: Site;
let api: RunningApi;
let description: Description;
let ajv: Ajv2020;
beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  const database = openDatabase(appUrl);
  // A person of the demonstration whose account may read everything.
  const grants = (Object.keys(permissions) as Permission[]).map((one): Grant => `${one}@all`);
  await makeUser(database, READER, grants, { employeeNo: 'E006' });
  await database.close();
  description = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Description;
  ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(description, 'served');
});
afterAll(async () => {
  await api?.stop();
  await site?.stop();
});

/** What is wrong with an answer by the description; null where nothing is. */
async function mismatchOf(path: string, method: string, answer: Response): Promise<string | null> {
  const where = `${method} ${path} ${answer.status}`;
  const { responses } = description.paths[path]![method]!;
  const code = responses[String(answer.status)] ? String(answer.status) : 'default';
  const documented = responses[code];
  if (!documented) return `${where}: the status is not described`;
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const text = await answer.text();
  if (documented.content === undefined)
    return text === '' ? null : `${where}: a body is not described`;
  if (!(type in documented.content)) return `${where}: the type ${type} is not described`;
  if (!type.endsWith('json')) return null;
  const pointer = ['paths', path, method, 'responses', code, 'content', type, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.getSchema(`served#/${pointer}`);
  if (!validate) return `${where}: no schema is described`;
  if (validate(JSON.parse(text))) return null;
  const [first] = validate.errors ?? [];
  return `${where}: ${first?.instancePath} ${first?.message} ${JSON.stringify(first?.params)}`;
}

it('[INT-03] is described by valid OpenAPI 3.1, which the running API serves', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(
    structuredClone(description) as unknown as Record<string, unknown>,
  );
  expect(errors ?? []).toEqual([]);
  expect([valid, validator.version]).toEqual([true, '3.1']);
});

it('[INT-03] answers each read as the description says, lists and their records', async () => {
  const reads = Object.entries(description.paths).filter(([, methods]) => methods['get']);
  const lists = reads.filter(
    ([path, { get }]) =>
      !path.includes('{') &&
      !(get?.parameters ?? []).some(({ in: place, required }) => place === 'query' && required),
  );
  const wrong: string[] = [];
  let good = 0;
  const check = async (path: string, address: string) => {
    const answer = await api.get(address, await api.signIn(READER));
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      await answer.body?.cancel();
      return null;
    }
    const found = await mismatchOf(path, 'get', answer.clone());
    if (found) wrong.push(found);
    if (answer.status !== 200) return null;
    good++;
    return answer.headers.get('content-type')?.includes('json')
      ? ((await answer.json()) as { items?: { id?: unknown }[] })
      : null;
  };
  for (const [path] of lists) {
    const body = await check(path, path);
    const id = body?.items?.find((one) => typeof one?.id === 'string')?.id;
    if (typeof id !== 'string') continue;
    for (const [record] of reads) {
      if (record.startsWith(`${path}/{`) && record.split('{').length === 2) {
        await check(record, record.replace(/\{\w+\}/, encodeURIComponent(id)));
      }
    }
  }
  expect(wrong).toEqual([]);
  // Most of the interface was read, and not refused.
  expect(good).toBeGreaterThan(lists.length * 0.8);
});

it('[INT-03] refuses each change without a credential as the description says', async () => {
  const wrong: string[] = [];
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, { security }] of Object.entries(methods)) {
      if (method === 'get' || !path.startsWith('/api/v1/') || security?.length === 0) continue;
      const address = path.replaceAll(/\{\w+\}/g, '01JDKXYZ0123456789ABCDEFGH');
      const answer = await fetch(`${api.url}${address}`, { method: method.toUpperCase() });
      if (answer.status < 400) wrong.push(`${method} ${path}: ${answer.status}`);
      const found = await mismatchOf(path, method, answer);
      if (found) wrong.push(found);
    }
  }
  expect(wrong).toEqual([]);
});
