import { Readable } from 'node:stream';
import type { ViolationConfirmed } from '@anshi/contracts';
import { systemCaller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import { dayAt, wearersOf } from '../positions/handles.ts';
import { mayBeNamed, resolveIdentity } from '../violations/identity.ts';
import { drawScene, PICTURE } from './demo-picture.ts';
import { type DemoScene, demoScenes } from './demo-scenes.ts';
import * as rows from './repository.ts';

const REVIEWER = 'operator';
const MOST_BYTES = 1_000_000;

type Drawn = Awaited<ReturnType<typeof drawScene>>;

/** A scene that can be recorded: its camera is there, and its people agree. */
interface Ready {
  scene: DemoScene;
  site: string;
  startedAt: Date;
  handles: string[];
  original: Drawn;
  blurred: Drawn;
}

/**
 * The handles of the people, where all of them agree to be named and wear a badge; null else.
 *
 * @param day of the handles.
 */
async function handlesFor(
  tx: Transaction,
  tenant: string,
  people: readonly string[],
  day: string,
): Promise<string[] | null> {
  const handles: string[] = [];
  for (const employeeNo of people) {
    const person = await tx.person.findFirst({ where: { employeeNo, status: 'active' } });
    if (!person || !(await mayBeNamed(tx, person.id))) return null;
    const worn = await tx.badge.findFirst({ where: { personId: person.id, until: null } });
    const wearer = worn && (await wearersOf(tx, tenant, day, [worn.badge])).get(worn.badge);
    if (!wearer) return null;
    handles.push(wearer.handle);
  }
  return handles;
}

/**
 * Violations of the demonstration, as a worker records them and a reviewer confirms the first, so that safety file and queue of
 * reviews are not empty on the first day: of a person who is named, of one whose badge cannot be told from another's, and of
 * one who refused to be named by video. Only where no violation was ever recorded, and no name of whom does not agree.
 */
export async function seedDemoViolations(platform: Platform): Promise<void> {
  const { database, units, evidence, accounts, services, settings } = platform;
  const { tenant, timeZone } = settings;
  const { configuration } = services.get('cameras');
  const incidents = services.get('incidents').service;
  const reviewer = await accounts.byName(tenant, REVIEWER);
  if (!reviewer) return;
  const isKnown = await database.transaction(
    { tenant, user: null },
    async (tx) => (await tx.violation.count()) > 0,
  );
  if (isKnown) return;
  const ready: Ready[] = [];
  for (const scene of demoScenes) {
    const known = configuration.file.cameras.find(({ id }) => id === scene.camera);
    if (!known) continue;
    // Before it began the people had not agreed, or wore no badge.
    const startedAt = new Date();
    const handles = await database.transaction({ tenant, user: null }, (tx) =>
      handlesFor(tx, tenant, scene.people, dayAt(timeZone, startedAt)),
    );
    if (handles === null) continue;
    const [original, blurred] = [await drawScene(scene, false), await drawScene(scene, true)];
    for (const { bytes, sha256 } of [original, blurred]) {
      await evidence.put(tenant, sha256, Readable.from([bytes]), { limit: MOST_BYTES });
    }
    ready.push({ scene, site: known.site, startedAt, handles, original, blurred });
  }
  const found = await units.run(systemCaller(tenant), async (unit) => {
    for (const site of [...new Set(ready.map((one) => one.site))].sort()) {
      await incidents.hold(unit, site);
    }
    if ((await unit.tx.violation.count()) > 0) return null;
    let reviewed: string | null = null;
    for (const one of ready) {
      const row = await record(platform, unit, one);
      await incidents.place(unit, row);
      if (one.scene.isReviewed) reviewed = row.id;
    }
    if (reviewed === null) return null;
    const { id, version } = await incidents.find(unit.tx, reviewed);
    return { id, version };
  });
  if (!found) return;
  const user = { tenant, account: reviewer.account, address: null, requestId: null };
  await incidents.decide(user, found.id, {
    decision: 'confirm',
    note: '演示数据 / Demonstration',
    version: found.version,
  });
}

/** Records it as the events of workers are recorded, with its picture and the rendition of that. */
async function record({ services, settings }: Platform, { tx }: Unit, ready: Ready) {
  const { tenant, timeZone } = settings;
  const { scene, original, blurred } = ready;
  const cameras = services.get('cameras').service;
  for (const { bytes, sha256 } of [original, blurred]) {
    const file = { sha256, mediaType: 'image/jpeg', bytes: bytes.length, sealed: true };
    await rows.noteEvidence(tx, tenant, { ...file, worker: null });
  }
  const event = eventOf(ready);
  const { data } = event;
  const resolved = await resolveIdentity(tx, timeZone, data.identity, {
    startedAt: data.startedAt,
    said: event.time,
  });
  const row = await rows.createViolation(tx, tenant, event, {
    names: cameras.names(scene.camera, scene.zone, null),
    areaId: cameras.areaOf(scene.camera, scene.zone),
    modelLogId: null,
    snooze: null,
    resolved,
  });
  await tx.violation.updateMany({
    where: { id: row.id },
    data: { snapshotBlurredSha256: blurred.sha256 },
  });
  return row;
}

function eventOf({ scene, site, startedAt, handles, original }: Ready): ViolationConfirmed {
  const { camera, zone, item, floor, box } = scene;
  const at = startedAt.toISOString();
  const since = new Date(startedAt.getTime() - 6_000).toISOString();
  const actor = `demonstration-${demoScenes.indexOf(scene) + 1}`;
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
      item,
      subject: 'person',
      ruleId: 'ppe',
      severity: 'medium',
      camera,
      site,
      zone,
      line: null,
      direction: null,
      startedAt: at,
      confirmedAt: at,
      confidence: 0.93,
      actor,
      tracks: [actor],
      box,
      floor,
      path: [{ at, floor, deviation: 0.1 }],
      arming: null,
      identity: scene.identity(handles, since),
      why: null,
      model: { name: 'demonstration', version: '1' },
      snapshotMissing: null,
      snapshot: {
        sha256: original.sha256,
        mediaType: 'image/jpeg',
        bytes: original.bytes.length,
        takenAt: at,
        ...PICTURE,
        boxes: [{ label: 'person', box, score: 0.95 }],
      },
    },
  };
}
