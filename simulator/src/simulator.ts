import { readdir } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import type { MqttTls } from '@anshi/contracts/tls';
import type { Logger } from 'pino';
import { createClock } from './clock.ts';
import { type MountBody, mountBody, mountName } from './control/messages.ts';
import { startControl } from './control/server.ts';
import type { Mount } from './mounts/mount.ts';
import { MountTable } from './mounts/table.ts';
import { LentBadge, PortalReads, UwbBadges } from './plant/badges.ts';
import { Beacons, type SimulatedBeacon } from './plant/beacons.ts';
import { connectBus, silentBus } from './plant/bus.ts';
import { DoorReader } from './plant/door-reader.ts';
import { toFloors } from './plant/floor.ts';
import type { GateConfig } from './plant/gate-config.ts';
import { GateReader } from './plant/gate-reader.ts';
import { Machines } from './plant/machines.ts';
import { type ClipTruth, readTruth } from './plant/truth.ts';
import { Vehicles } from './plant/vehicles.ts';
import { RtspServer } from './rtsp/server.ts';
import { Scheduler } from './scheduler.ts';

/** In the folder of clips: the smaller streams, each under the name of its camera. */
const SUBSTREAMS = 'substreams';

export interface SimulatorOptions {
  host: string;
  rtspPort: number;
  controlPort: number;
  /** Folder whose *.mp4 are mounted under their names; those in its `substreams` with `-sub` after it. */
  clips: string;
  tenant: string;
  mqttUrl?: string | undefined;
  mqttTls?: MqttTls;
  badgeSigma: number;
  /** A badge beside those of the clips that falls silent at times. */
  lentBadge?: boolean;
  /** A forklift and a truck that drive in the main hall. */
  vehicles?: boolean;
  /** The simulated beacons and speakers. */
  beacons?: readonly SimulatedBeacon[];
  /** Simulated readers at machines, with the machines. */
  gates?: readonly GateConfig[];
  /** They show cards by themselves in rounds of so many seconds; 0 or left out: they do not. */
  gateSeconds?: number;
  /** Simulated machines with a reader run once without a card. */
  runsUnsigned?: boolean;
  /** Of the API, which the readers ask. */
  apiUrl?: string | undefined;
  seed: string;
  /** By the wall clock, rounds begin with this second of so many. Left out: with the start. */
  rounds?: { every: number; second: number };
  sessionTimeoutSeconds?: number;
  log: Logger;
}

export interface Simulator {
  rtspPort: number;
  controlUrl: string;
  close(): Promise<void>;
}

/**
 * Starts the simulated plant: cameras, badges and machines.
 *
 * @throws Error where a port is unavailable. An unusable clip is logged and skipped.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { log, tenant, mqttUrl, seed } = options;
  const clock = createClock(undefined, undefined, options.rounds);
  const scheduler = new Scheduler(clock, (err) => log.error({ err }, 'a scheduled task failed'));
  const files = await listClips(options.clips, log);
  const floors = toFloors(await readTruths(files, log));
  for (const { floorPlan, warnings } of floors.values()) {
    for (const warning of warnings) log.warn({ floorPlan }, warning);
  }
  const mounts = new MountTable({
    clock,
    scheduler,
    loopOf: (floorPlan) => floors.get(floorPlan)?.duration,
    onFailure: (name, why) =>
      log.error({ mount: name, why }, 'a stamped mount failed and is removed'),
  });
  const mount = async (name: string, body: MountBody): Promise<Mount> => {
    const { username, password, file, ...rest } = body;
    const path = file === undefined ? undefined : resolve(file);
    const truth = path === undefined ? null : await readTruth(path);
    const credentials =
      username !== undefined && password !== undefined ? { username, password } : undefined;
    return mounts.put(name, { ...rest, file: path, credentials, floorPlan: truth?.floorPlan });
  };
  await mountAll(files, '', mount, log);
  // The smaller streams of the same cameras, in step with them.
  const small = await listClips(join(options.clips, SUBSTREAMS));
  await mountAll(small, '-sub', mount, log);

  const rtsp = await RtspServer.listen({
    host: options.host,
    port: options.rtspPort,
    find: (name) => mounts.find(name),
    ...(options.sessionTimeoutSeconds && { timeoutSeconds: options.sessionTimeoutSeconds }),
  });
  const gates: GateReader[] = [];
  const control = await startControl({
    port: options.controlPort,
    rtspPort: rtsp.port,
    clock,
    mounts,
    floors,
    gates,
    mount,
    log,
  }).catch(async (error: unknown) => {
    await rtsp.close();
    throw error;
  });

  const machines: Machines[] = [];
  const tellAgain = () => {
    for (const state of machines.flatMap((group) => group.states())) bus.publishMachine(state);
    for (const gate of gates) gate.tell();
    beacons.tellAll();
  };
  const bus = mqttUrl ? connectBus(mqttUrl, tenant, log, tellAgain, options.mqttTls) : silentBus;
  const beacons = new Beacons({
    beacons: options.beacons ?? [],
    tenant,
    bus,
    clock,
    onChange: () => scheduler.wake(),
  });
  scheduler.add(beacons);
  const { apiUrl, gateSeconds: everySeconds = 0, runsUnsigned = false } = options;
  for (const config of options.gates ?? []) {
    if (apiUrl === undefined) throw new Error('ANSHI_SIM_GATES needs ANSHI_API_URL');
    if ('area' in config) {
      scheduler.add(new DoorReader(config, { apiUrl, everySeconds, clock, log }));
      continue;
    }
    const publish = bus.publishMachine;
    const onChange = () => scheduler.wake();
    const gate = new GateReader({
      config,
      apiUrl,
      everySeconds,
      // One of them shows what that looks like.
      runsUnsigned: runsUnsigned && gates.length === 0,
      clock,
      publish,
      onChange,
      log,
    });
    gates.push(gate);
    scheduler.add(gate);
  }
  for (const floor of floors.values()) {
    const publish = bus.publishLocation;
    const badges = { floor, clock, seed, publish, sigma: options.badgeSigma };
    const group = new Machines({ floor, clock, seed, publish: bus.publishMachine });
    machines.push(group);
    for (const task of [new UwbBadges(badges), new PortalReads(badges), group]) scheduler.add(task);
    if (options.lentBadge && floor.floorPlan === 'main-hall') scheduler.add(new LentBadge(badges));
    if (options.vehicles && floor.floorPlan === 'main-hall') {
      const { floorPlan } = floor;
      scheduler.add(new Vehicles({ clock, floorPlan, publish, sigma: options.badgeSigma, seed }));
    }
  }
  return {
    rtspPort: rtsp.port,
    controlUrl: control.url,
    close: async () => {
      scheduler.stop();
      await control.close();
      await mounts.close();
      await rtsp.close();
      beacons.stop();
      await bus.close();
    },
  };
}

/** @param log is told where the folder cannot be read; left out where it need not be there. */
async function listClips(folder: string, log?: Logger): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith('.mp4'))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    log?.warn(
      { folder, reason: String(error) },
      'the folder of clips cannot be read, so there are no mounts',
    );
    return [];
  }
}

async function readTruths(files: string[], log: Logger): Promise<ClipTruth[]> {
  const truths: ClipTruth[] = [];
  for (const file of files) {
    try {
      const truth = await readTruth(file);
      if (truth) truths.push(truth);
    } catch (error) {
      log.error({ file, reason: String(error) }, 'a clip has no badges, its truth is unusable');
    }
  }
  return truths;
}

/** @param suffix after the name of the file, in the name of the mount. */
async function mountAll(
  files: string[],
  suffix: string,
  mount: (name: string, body: MountBody) => Promise<Mount>,
  log: Logger,
): Promise<void> {
  for (const file of files) {
    try {
      const name = mountName.parse(`${parse(file).name}${suffix}`);
      const { source } = await mount(name, mountBody.parse({ file }));
      const { codec } = source.format;
      log.info({ mount: name, codec, seconds: source.duration }, 'a clip is mounted');
    } catch (error) {
      log.error({ file, reason: String(error) }, 'a clip is skipped');
    }
  }
}
