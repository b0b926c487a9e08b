import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ViolationConfirmed } from '@anshi/contracts';
import sharp from 'sharp';
import { systemCaller } from '../../platform/access/caller.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Platform } from '../../platform/module.ts';
import { dayAt, wearersOf } from '../positions/handles.ts';
import { mayBeNamed, resolveIdentity } from '../violations/identity.ts';
import * as rows from './repository.ts';

/** Who agreed to be named, wears a badge and works at the robot cell; and who reviews. */
const [WEARER, REVIEWER] = ['E011', 'operator'];
const [CAMERA, ZONE] = ['hall-west', 'assembly'];
const SIZE = { width: 1280, height: 720 };
const MOST_BYTES = 1_000_000;

/** A drawn picture: a person without a hard hat beside a robot. In the rendition the face is blurred. */
async function draw(isBlurred: boolean) {
  const face = isBlurred
    ? '<rect x="590" y="214" width="92" height="104" fill="#8b8177"/>'
    : '<circle cx="636" cy="266" r="44" fill="#d3a47c"/><path d="M592 258 a44 44 0 0 1 88 0 z" fill="#2b2119"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">
    <rect width="1280" height="470" fill="#b9c0c4"/><rect y="470" width="1280" height="250" fill="#6f7478"/>
    <rect x="860" y="300" width="230" height="250" rx="10" fill="#c9661f"/>
    <path d="M930 300 l-60 -140 l60 -20 l60 160 z" fill="#d9771f"/>
    <rect x="588" y="316" width="96" height="170" rx="18" fill="#33507a"/>
    <rect x="594" y="480" width="36" height="150" fill="#20262e"/><rect x="642" y="480" width="36" height="150" fill="#20262e"/>
    ${face}</svg>`;
  const bytes = await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer();
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * A confirmed violation of a person of the demonstration, as a worker records one and a reviewer confirms it, so that a
 * safety file is not empty on the first day. Only where no violation was ever recorded, and never of whom does not agree.
 */
export async function seedDemoViolation(platform: Platform): Promise<void> {
  const { database, units, evidence, accounts, services, settings } = platform;
  const { tenant, timeZone } = settings;
  const cameras = services.get('cameras').service;
  const incidents = services.get('incidents').service;
  const { configuration } = services.get('cameras');
  const known = configuration.file.cameras.find(({ id }) => id === CAMERA);
  if (!known) return;
  const reviewer = await accounts.byName(tenant, REVIEWER);
  if (!reviewer) return;
  const [original, blurred] = [await draw(false), await draw(true)];
  const found = await database.transaction({ tenant, user: null }, async (tx) => {
    const person = await tx.person.findFirst({ where: { employeeNo: WEARER, status: 'active' } });
    if (!person || !(await mayBeNamed(tx, person.id)) || (await tx.violation.count()) > 0) {
      return null;
    }
    const badge = await tx.badge.findFirst({ where: { personId: person.id, until: null } });
    if (!badge) return null;
    // Before it began the person had not agreed, or wore no badge.
    const startedAt = new Date();
    const day = dayAt(timeZone, startedAt);
    const wearer = (await wearersOf(tx, tenant, day, [badge.badge])).get(badge.badge);
    return wearer ? { handle: wearer.handle, startedAt } : null;
  });
  if (!found) return;
  const { handle, startedAt } = found;
  for (const { bytes, sha256 } of [original, blurred]) {
    await evidence.put(tenant, sha256, Readable.from([bytes]), { limit: MOST_BYTES });
  }
  const event = eventOf({ site: known.site, startedAt, handle, original });
  const incident = await units.run(systemCaller(tenant), async (unit) => {
    const { tx } = unit;
    await incidents.hold(unit, known.site);
    if ((await tx.violation.count()) > 0) return null;
    for (const { bytes, sha256 } of [original, blurred]) {
      const file = { sha256, mediaType: 'image/jpeg', bytes: bytes.length, sealed: true };
      await rows.noteEvidence(tx, tenant, { ...file, worker: null });
    }
    const { data } = event;
    const resolved = await resolveIdentity(tx, timeZone, data.identity, {
      startedAt: data.startedAt,
      said: event.time,
    });
    const row = await rows.createViolation(tx, tenant, event, {
      names: cameras.names(CAMERA, ZONE, null),
      areaId: cameras.areaOf(CAMERA, ZONE),
      modelLogId: null,
      snooze: null,
      resolved,
    });
    await tx.violation.updateMany({
      where: { id: row.id },
      data: { snapshotBlurredSha256: blurred.sha256 },
    });
    await incidents.place(unit, row);
    const act = await incidents.find(tx, row.id);
    return { id: act.id, version: act.version };
  });
  if (!incident) return;
  const user = { tenant, account: reviewer.account, address: null, requestId: null };
  await incidents.decide(user, incident.id, {
    decision: 'confirm',
    note: '演示数据',
    version: incident.version,
  });
}

function eventOf(of: {
  site: string;
  startedAt: Date;
  handle: string;
  original: { sha256: string; bytes: Buffer };
}): ViolationConfirmed {
  const { site, startedAt, handle, original } = of;
  const at = startedAt.toISOString();
  const words = {
    zh: '工牌与其距离不足 1 米，多次读取一致，附近没有其他人',
    en: 'The badge was less than a metre away in several readings, and no other person was near',
  };
  const id = newId();
  return {
    specversion: '1.0',
    id,
    source: '/demonstration',
    type: 'cn.anshi.violation.confirmed.v2',
    time: at,
    subject: id,
    datacontenttype: 'application/json',
    data: {
      violation: id,
      rule: 'missing-ppe',
      item: 'helmet',
      subject: 'person',
      ruleId: 'ppe',
      severity: 'medium',
      camera: CAMERA,
      site,
      zone: ZONE,
      line: null,
      direction: null,
      startedAt: at,
      confirmedAt: at,
      confidence: 0.93,
      actor: 'demonstration-1',
      tracks: ['demonstration-1'],
      box: [580, 210, 690, 632],
      floor: [12, 7.2],
      path: [{ at, floor: [12, 7.2], deviation: 0.1 }],
      arming: null,
      identity: {
        state: 'confirmed',
        handle,
        since: new Date(startedAt.getTime() - 6_000).toISOString(),
        reasons: [words],
        candidates: [{ handle, posterior: 0.997, explanation: words }],
      },
      why: null,
      model: { name: 'demonstration', version: '1' },
      snapshotMissing: null,
      snapshot: {
        sha256: original.sha256,
        mediaType: 'image/jpeg',
        bytes: original.bytes.length,
        takenAt: at,
        ...SIZE,
        boxes: [{ label: 'person', box: [580, 210, 690, 632], score: 0.95 }],
      },
    },
  };
}
