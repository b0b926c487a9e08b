import { createHash } from 'node:crypto';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GoodPackWorld, openGoodPackWorld } from '../../testing/pack-world.ts';
import { readPack } from '../../testing/packs.ts';
import type { EvidencePack } from './schema.ts';

let world: GoodPackWorld;
beforeAll(async () => {
  world = await openGoodPackWorld();
});
afterAll(() => world?.stop());

describe('the report of an incident', () => {
  it('says in both languages what is on record, and its code leads to what it is', async () => {
    const texts = new Map<string, string>();
    for (const language of ['zh', 'en'] as const) {
      const body = { language, originals: false };
      const answer = await world.api.post(
        `/api/v1/incidents/${world.incident}/report`,
        body,
        world.user,
      );
      expect(answer.headers.get('content-type')).toBe('application/pdf');
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const size = bytes.length;
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const { text } = await extractText(await getDocumentProxy(bytes), { mergePages: true });
      texts.set(language, text.replaceAll(/\s+/g, ''));
      const [code = ''] = /([0-9A-Z]{5}-){3}[0-9A-Z]{5}/.exec(text) ?? [];
      // Nobody needs an account for it.
      const found = await fetch(
        `${world.api.url}/api/v1/documents/verification/${code.toLowerCase()}`,
      );
      expect(await found.json()).toMatchObject({
        code,
        kind: 'incident-report',
        language,
        sha256,
        bytes: size,
        supersededAt: null,
      });
    }
    expect(texts.get('zh')).toContain('由worker-1签名，审计日志第');
    expect(texts.get('zh')).toContain('未穿戴安全帽');
    expect(texts.get('en')).toContain('signedbyworker-1');
    for (const text of texts.values()) for (const id of world.findings) expect(text).toContain(id);
  });

  it('supersedes the one before it in its language, and no other', async () => {
    const made = async (language: 'zh' | 'en') => {
      const body = { language, originals: false };
      const answer = await world.api.post(
        `/api/v1/incidents/${world.incident}/report`,
        body,
        world.user,
      );
      const pdf = await getDocumentProxy(new Uint8Array(await answer.arrayBuffer()));
      const { text } = await extractText(pdf, { mergePages: true });
      return /([0-9A-Z]{5}-){3}[0-9A-Z]{5}/.exec(text)?.[0] ?? '';
    };
    const [first, english, second] = [await made('zh'), await made('en'), await made('zh')];
    const of = async (code: string) =>
      (await (await fetch(`${world.api.url}/api/v1/documents/verification/${code}`)).json()) as {
        supersededAt: string | null;
      };
    expect((await of(first)).supersededAt).not.toBeNull();
    expect((await of(second)).supersededAt).toBeNull();
    expect((await of(english)).supersededAt).toBeNull();
  });

  it('lies in the pack, and the archive has a code and a label of its own', async () => {
    const files = await readPack(world.good);
    expect(files.get('report-zh.pdf')?.subarray(0, 5).toString()).toBe('%PDF-');
    expect(files.has('report-en.pdf')).toBe(true);
    const list = await (
      await world.api.get(`/api/v1/incidents/${world.incident}/packs`, world.user)
    ).json();
    const pack = (list as { items: EvidencePack[] }).items.find(({ state }) => state === 'ready');
    const found = await fetch(`${world.api.url}/api/v1/documents/verification/${pack?.code}`);
    expect(await found.json()).toMatchObject({ kind: 'evidence-pack', sha256: pack?.sha256 });
    const label = await world.api.get(
      `/api/v1/evidence-packs/${pack?.id}/label?lang=en`,
      world.user,
    );
    const pdf = await getDocumentProxy(new Uint8Array(await label.arrayBuffer()));
    const { text } = await extractText(pdf, { mergePages: true });
    expect(text).toContain(pack?.code ?? 'a code');
  });

  it('a code that nothing has is unknown, and no hint at any other', async () => {
    for (const code of ['00000-00000-00000-00000', 'x', '..%2F..%2Fetc']) {
      const answer = await fetch(`${world.api.url}/api/v1/documents/verification/${code}`);
      expect(answer.status).toBe(404);
    }
  });
});
