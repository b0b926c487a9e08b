import { readFile } from 'node:fs/promises';
import { fieldName } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { OPENAPI_FILE } from './openapi.ts';
import { inChinese } from './platform/http/meanings/chinese.ts';
import { explainFields } from './platform/http/meanings/explain.ts';
import { byPlace } from './platform/http/meanings/places.ts';
import { chineseSummaries } from './platform/http/meanings/summaries.ts';

it('every route but the public ones names what it needs', async () => {
  const { openapi, paths } = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as {
    openapi: string;
    paths: Record<string, Record<string, { security?: object[]; operationId?: string }>>;
  };
  expect(openapi).toBe('3.1.0');
  const open = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).some(({ security }) => !security?.length) ? [path] : [],
  );
  expect(open.sort()).toEqual([
    '/api/health',
    '/api/v1/auth/login',
    '/api/v1/auth/logout',
    '/api/v1/auth/refresh',
    '/api/v1/documents/verification/{code}',
    '/api/v1/obligations/feeds/{secret}',
    // By the cookie of the screen: its code is worth nothing before an administrator confirms it.
    '/api/v1/screen/pairing',
    '/api/v1/screen/session',
  ]);
});

it('[SEC-08] the log of changes names each field that a form can change, in both languages', async () => {
  const { components } = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as {
    components: { schemas: Record<string, { properties?: object }> };
  };
  const changes = Object.entries(components.schemas).filter(([id]) => id.endsWith('Patch'));
  expect(changes.length).toBeGreaterThan(10);
  const fields = changes.flatMap(([, { properties }]) => Object.keys(properties ?? {}));
  expect(fields.filter((one) => fieldName(one, 'zh') === one)).toEqual([]);
});

/** Schemas that integrators use first: each of their fields has a description. */
const MAIN = [
  'Account AuditLine Camera CameraHealth Department Equipment Area Hazard HazardReport WorkflowStep',
  'Location MachineState Notice Person Problem Role StoredFile Violation Webhook WebhookDelivery',
]
  .join(' ')
  .split(' ');
/** Fields of the other schemas without a description; the number may only go down. */
const MOST_UNEXPLAINED = 168;

it('[INT-04] every operation has a summary, and the fields of the main schemas say what they mean', async () => {
  const document = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as {
    paths: Record<string, Record<string, { summary?: string; tags?: string[] }>>;
    components: { schemas: Record<string, object> };
  };
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { summary, tags }] of Object.entries(methods)) {
      expect(summary, `${method} ${path}`).toMatch(/\w/);
      expect(tags, `${method} ${path}`).toHaveLength(1);
    }
  }
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(MAIN));
  const missing = explainFields(document);
  expect(missing.filter(({ owner }) => MAIN.includes(owner))).toEqual([]);
  expect(missing.length).toBeLessThanOrEqual(MOST_UNEXPLAINED);
});

it('descriptions of fields belong to existing schemas', async () => {
  const { components } = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as {
    components: { schemas: Record<string, object> };
  };
  const owners = new Set(Object.keys(byPlace).map((place) => place.split('.')[0] ?? ''));
  expect([...owners].filter((owner) => !(owner in components.schemas))).toEqual([]);
});

/** Operations whose summary is English in the Chinese reference, too; the number may only go down. */
const MOST_UNTRANSLATED = 0;

it('[INT-04] the Chinese reference names its operations and the shared meanings in Chinese, and nothing else differs', async () => {
  const english = JSON.parse(await readFile(OPENAPI_FILE, 'utf8')) as {
    info: { description: string };
    paths: Record<string, Record<string, { summary: string; operationId: string; tags: string[] }>>;
    components: {
      schemas: Record<string, { properties: Record<string, { description: string }> }>;
    };
  };
  const chinese = inChinese(english);
  const han = /\p{Script=Han}/u;
  const operations = Object.values(chinese.paths).flatMap((methods) => Object.values(methods));
  expect(operations.filter(({ summary }) => !han.test(summary)).length).toBeLessThanOrEqual(
    MOST_UNTRANSLATED,
  );
  const known = new Set(operations.map(({ operationId }) => operationId));
  expect(Object.keys(chineseSummaries).filter((id) => !known.has(id))).toEqual([]);
  expect(operations.flatMap(({ tags }) => tags).filter((tag) => !han.test(tag))).toEqual([]);
  expect(chinese.info.description).toMatch(han);
  expect(chinese.components.schemas['Violation']?.properties['startedAt']?.description).toBe(
    '证据开始的时间，按码流时钟。',
  );
  const words = new Set(['description', 'summary', 'tags']);
  const bare = (document: object) =>
    JSON.parse(JSON.stringify(document, (key, value) => (words.has(key) ? undefined : value)));
  expect(bare(chinese)).toEqual(bare(english));
});
