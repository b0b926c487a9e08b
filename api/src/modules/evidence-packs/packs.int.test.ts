import { join } from 'node:path';
import type { ViolationConfirmed } from '@anshi/contracts';
import { readStatement } from '@anshi/contracts/evidence-signature';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeEvidenceKey } from '../../testing/evidence-key.ts';
import { type GoodPackWorld, openGoodPackWorld, runVerify } from '../../testing/pack-world.ts';
import { edit, type PackContent, readPack, signAnew, writePack } from '../../testing/packs.ts';
import {
  findingFile,
  type PackedKey,
  type PackedRecord,
  type PackedSignature,
  type PackIndex,
  packFiles,
} from './format.ts';
import type { EvidencePack } from './schema.ts';
import { verifyPack } from './verify/verify-pack.ts';

type Shown = Record<string, unknown>;
let world: GoodPackWorld;
beforeAll(async () => {
  world = await openGoodPackWorld();
});
afterAll(() => world?.stop());

const indexOf = (files: PackContent) =>
  JSON.parse(files.get(packFiles.index)?.toString() ?? 'null') as PackIndex;

/** The flaws of the good pack after an attack, as `kind: place`. */
async function attacked(attack: (files: PackContent) => void): Promise<string[]> {
  const files = await readPack(world.good);
  attack(files);
  const { ok, flaws } = await verifyPack(await writePack(files));
  expect(ok).toBe(flaws.length === 0);
  return flaws.map(({ kind, place }) => `${kind}: ${place}`);
}

describe('a pack of evidence', () => {
  it('holds all of an incident, and stands without the database', async () => {
    const result = await verifyPack(world.good);
    expect(result.flaws).toEqual([]);
    expect(result).toMatchObject({
      ok: true,
      incident: world.incident,
      findings: 2,
      signed: 4,
      notes: [],
    });
    const files = await readPack(world.good);
    for (const finding of world.findings) {
      for (const kind of ['snapshot', 'clip', 'boxes'] as const) {
        expect(files.has(findingFile(finding, kind))).toBe(true);
      }
    }
    const ran = await runVerify(world.good);
    expect(ran.text).toContain('OK');
    expect(ran.code).toBe(0);
  });

  it('is signed by the plant: its key from another way tells a pack that was made again as a whole', async () => {
    const own = join(world.api.settings.dataDir, 'audit', 'anchor-key.pub.pem');
    expect((await runVerify('--key', own, world.good)).code).toBe(0);
    const files = await readPack(world.good);
    signAnew(files);
    const anew = await writePack(files);
    const ran = await runVerify('--key', own, anew);
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('another key');
  });

  it('is shown with its signatures and their lines in the audit log', async () => {
    const { members } = await world.detailOf(world.incident);
    for (const { signatures } of members) {
      expect(signatures.map(({ part, state }) => `${part} ${state}`)).toEqual([
        'confirmed signed',
        'clip signed',
      ]);
      expect(signatures[0]).toMatchObject({ worker: 'worker-1', key: world.key.id });
      expect(signatures[0]?.audit?.seq).toBeGreaterThan(0);
    }
  });

  it('leaves a line for its making and for each download; others may not have it', async () => {
    const auditor = await world.api.signIn('auditor');
    const answer = await world.api.get('/api/v1/audit?entity=evidence-pack', auditor);
    const { items } = (await answer.json()) as { items: { action: string }[] };
    expect(items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['create', 'make', 'export']),
    );
    const list = await world.api.get(
      `/api/v1/incidents/${world.incident}/packs`,
      await world.api.signIn('operator'),
    );
    expect(list.status).toBe(403);
  });

  it('is marked as exported before, by whom and when, on the page and in the next pack', async () => {
    const list = async () =>
      (await (
        await world.api.get(`/api/v1/incidents/${world.incident}/packs`, world.user)
      ).json()) as {
        items: EvidencePack[];
        exportedBefore: EvidencePack['exports'][number] | null;
      };
    const first = await list();
    expect(first.exportedBefore).toMatchObject({ by: { displayName: { en: 'Wang Anquan' } } });
    const [pack] = first.items;
    expect(pack?.exports).toHaveLength(1);
    expect(indexOf(await readPack(world.good)).exportedBefore).toEqual([]);
    // The index of a second pack of the incident says that another one was exported before.
    const second = await world.packOf(world.incident);
    expect(indexOf(await readPack(second)).exportedBefore).toMatchObject([
      { pack: pack?.id, by: 'Wang Anquan' },
    ]);
    expect((await verifyPack(second)).flaws).toEqual([]);
    const fresh = await world.record(world.key);
    const other = await world.incidentOf(fresh.data.violation);
    const answer = await world.api.get(`/api/v1/incidents/${other}/packs`, world.user);
    expect(await answer.json()).toMatchObject({ items: [], exportedBefore: null });
  });

  it('needs a reason for originals, and leaves them out where they are not asked for', async () => {
    const path = `/api/v1/incidents/${world.incident}/packs`;
    expect((await world.api.post(path, { originals: true }, world.user)).status).toBe(400);
  });
});

describe('an attack on a pack is named', () => {
  it('a changed video', async () => {
    const path = findingFile(world.findings[0] ?? '', 'clip');
    const change = (files: PackContent) => {
      const bytes = Buffer.from(files.get(path) ?? []);
      bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
      files.set(path, bytes);
    };
    expect(await attacked(change)).toEqual([`changed: ${path}`]);
    // Also where the table of contents was made to fit: the worker signed another digest.
    expect(
      await attacked((files) => {
        change(files);
        signAnew(files);
      }),
    ).toContain(`changed: ${path}`);
  });

  it('two pictures in the place of each other', async () => {
    const [one, other] = world.findings.map((id) => findingFile(id, 'snapshot')) as [
      string,
      string,
    ];
    const swap = (files: PackContent) => {
      const [a, b] = [files.get(one), files.get(other)];
      files.set(one, b as Buffer);
      files.set(other, a as Buffer);
    };
    expect(await attacked(swap)).toEqual([`swapped: ${one}`, `swapped: ${other}`]);
    expect(
      await attacked((files) => {
        swap(files);
        signAnew(files);
      }),
    ).toEqual(expect.arrayContaining([`swapped: ${one}`, `swapped: ${other}`]));
  });

  it('a video that was cut', async () => {
    const path = findingFile(world.findings[1] ?? '', 'clip');
    const cut = (files: PackContent) =>
      files.set(path, files.get(path)?.subarray(0, 4_000) as Buffer);
    expect(await attacked(cut)).toEqual([`cut: ${path}`]);
    expect(
      await attacked((files) => {
        cut(files);
        signAnew(files);
      }),
    ).toContain(`cut: ${path}`);
  });

  it('another time, in the record, in what was signed and in the audit log', async () => {
    const [finding = ''] = world.findings;
    const later = (text: unknown) => String(text).replace(/T\d\d:/, 'T11:');
    const inRecord = await attacked((files) => {
      edit<PackedRecord>(files, packFiles.record, ({ incident: of }) => {
        const shown = of.members.find(({ violation }) => violation.id === finding)?.violation;
        const clip = shown?.clip as Shown;
        Object.assign(shown as Shown, {
          startedAt: later(shown?.startedAt),
          recordedAt: '2026-01-01T00:00:00.000Z',
        });
        clip.from = later(clip.from);
      });
      signAnew(files);
    });
    expect(inRecord).toEqual(
      expect.arrayContaining([
        `re-dated: finding ${finding}: startedAt`,
        `re-dated: finding ${finding}: recordedAt`,
        `re-dated: finding ${finding}: clip.from`,
      ]),
    );
    const signed = await attacked((files) => {
      edit<PackedSignature[]>(files, packFiles.signatures, (all) => {
        const one = all.find(
          ({ violation, part }) => violation === finding && part === 'confirmed',
        );
        if (one) one.statement = one.statement.replace(/T09:/g, 'T11:');
      });
      signAnew(files);
    });
    expect(signed).toContain(`changed: finding ${finding} (confirmed)`);
    const logged = await attacked((files) => {
      edit<{ seq: string; content: string }[]>(files, packFiles.audit, (lines) => {
        for (const line of lines) line.content = line.content.replace(/^\[\d{10}/, '[1700000000');
      });
      signAnew(files);
    });
    expect(logged.some((flaw) => flaw.startsWith('changed: audit line'))).toBe(true);
  });

  it('another fact in the record', async () => {
    const [finding = ''] = world.findings;
    const flaws = await attacked((files) => {
      edit<PackedRecord>(files, packFiles.record, ({ incident: of }) => {
        for (const { violation } of of.members) violation.camera = 'hall-east';
      });
      signAnew(files);
    });
    expect(flaws).toContain(`changed: finding ${finding}: camera`);
  });

  it('what was removed: a file, a finding, a signature, a line of the audit log', async () => {
    const [finding = ''] = world.findings;
    const path = findingFile(finding, 'clip');
    const remove = (files: PackContent) => void files.delete(path);
    expect(await attacked(remove)).toEqual([`removed: ${path}`]);
    expect(
      await attacked((files) => {
        remove(files);
        signAnew(files);
      }),
    ).toContain(`removed: ${path}`);
    const noFinding = await attacked((files) => {
      edit<PackedRecord>(files, packFiles.record, ({ incident: of }) => {
        of.members = of.members.filter(({ violation }) => violation.id !== finding);
      });
      signAnew(files);
    });
    expect(noFinding).toContain(`removed: finding ${finding}`);
    const noSignature = await attacked((files) => {
      edit<PackedSignature[]>(files, packFiles.signatures, (all) => {
        all.splice(0, all.length, ...all.filter(({ violation }) => violation !== finding));
      });
      signAnew(files);
    });
    expect(noSignature).toContain(`removed: finding ${finding}`);
    const noLine = await attacked((files) => {
      edit<unknown[]>(files, packFiles.audit, (lines) => lines.splice(0, 1));
      signAnew(files);
    });
    expect(noLine.some((flaw) => flaw.startsWith('removed: audit line'))).toBe(true);
  });

  it('what was added', async () => {
    const flaws = await attacked((files) => {
      files.set('findings/extra.jpg', Buffer.from('x'));
    });
    expect(flaws).toEqual(['added: findings/extra.jpg']);
  });

  it('a signature by a key of the attacker', async () => {
    const [finding = ''] = world.findings;
    const forged = makeEvidenceKey('worker-1');
    const flaws = await attacked((files) => {
      edit<PackedSignature[]>(files, packFiles.signatures, (all) => {
        const one = all.find(({ violation }) => violation === finding);
        const statement = readStatement(one?.statement ?? '');
        if (!one || !statement) throw new Error('there is no signature');
        const event = { id: statement.event, type: statement.type, data: statement.data };
        const signed = forged.sign(event as unknown as ViolationConfirmed);
        Object.assign(one, {
          key: forged.id,
          statement: JSON.stringify(statement),
          signature: signed.evidencesignature,
        });
      });
      edit<PackedKey[]>(files, packFiles.keys, (all) => {
        const { id, publicKey } = forged;
        const enrolledAt = '2026-01-01T00:00:00.000Z';
        all.push({ id, worker: 'worker-1', publicKey, enrolledAt, revokedAt: null });
      });
      signAnew(files);
    });
    expect(flaws.some((flaw) => flaw.includes(finding))).toBe(true);
  });

  it('a table of contents that names less', async () => {
    const flaws = await attacked((files) => {
      edit<PackIndex>(files, packFiles.index, (index) => {
        index.findings.pop();
        index.files = index.files.filter(({ kind }) => kind !== 'clip');
      });
    });
    expect(flaws).toContain(`changed: ${packFiles.index}`);
    expect(flaws).toContain(`added: finding ${world.findings[1]}`);
  });
});

it('a file that is no pack ends with 2', async () => {
  const files = await readPack(world.good);
  files.set(packFiles.signature, Buffer.from('{}'));
  const { code, text } = await runVerify(await writePack(files));
  expect(text).toContain('no pack of evidence');
  expect(code).toBe(2);
  expect((await runVerify('missing.zip')).code).toBe(2);
});
