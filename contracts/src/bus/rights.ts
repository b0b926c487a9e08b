/**
 * Who may do what on the bus: the one table that the embedded broker obeys and that the access list of
 * mosquitto is generated from. A user of the broker is `<kind>-<name>`, which is also its client id.
 */
export const busKinds = [
  'api',
  'simulator',
  'worker',
  'reader',
  'tracker',
  'machine',
  'actuator',
  'gateway',
  'personnel',
  'gate',
  'mes',
  'integrator',
] as const;
export type BusKind = (typeof busKinds)[number];

/** A user of the broker. The name is empty where a kind has one user only: `api`, `simulator`. */
export interface BusUser {
  readonly tenant: string;
  readonly kind: BusKind;
  readonly name: string;
}

/** What a broker takes of one client before it slows it down or refuses. */
export interface BusLimits {
  /** Messages a second, over a longer time. */
  readonly rate: number;
  /** Messages at once. */
  readonly burst: number;
  /** Retained messages of the user, and their bytes together. */
  readonly retained: number;
  readonly retainedBytes: number;
  /** Messages that wait for the user while it is away or reads slowly, and their bytes together. */
  readonly queued: number;
  readonly queuedBytes: number;
}

export interface BusRights {
  /** Topics that it may write: `{tenant}` and `{name}` are its own, `+` is any one level. */
  readonly publish: readonly string[];
  /** Topic filters that it may subscribe to and gets messages of. */
  readonly subscribe: readonly string[];
  readonly limits: BusLimits;
}

/** The largest MQTT packet that a broker takes, bytes. */
export const MAX_PACKET_BYTES = 256 * 1024;
/** Topic on which the embedded broker reports refusals to the API. */
export const REFUSED_TOPIC = '$SYS/anshi/refused';

const OF_TENANT = 'anshi/v1/{tenant}';
const MIB = 1024 * 1024;
/** Who subscribes to nothing has nothing to wait for. */
const hearsNothing = { queued: 0, queuedBytes: 0 } as const;
const hears = { queued: 10_000, queuedBytes: 16 * MIB } as const;
const device: BusLimits = {
  rate: 20,
  burst: 100,
  retained: 2,
  retainedBytes: 64 * 1024,
  ...hearsNothing,
};

export const busRights: Readonly<Record<BusKind, BusRights>> = {
  // Acknowledges workers' events, publishes records, sends commands, and tells workers that their
  // cameras changed; it never publishes for a worker or a device.
  api: {
    publish: [
      `${OF_TENANT}/acks/+`,
      `${OF_TENANT}/records/+`,
      `${OF_TENANT}/command/+`,
      `${OF_TENANT}/configuration/+`,
      `${OF_TENANT}/alarm-rules/+`,
      `${OF_TENANT}/alarm-plan/+`,
      `${OF_TENANT}/arming/+`,
      `${OF_TENANT}/positions/+`,
      `${OF_TENANT}/positions-state/+`,
    ],
    subscribe: [`${OF_TENANT}/#`, REFUSED_TOPIC],
    limits: {
      rate: 5000,
      burst: 20_000,
      // Of each worker its configuration and alarm plan, of each device its rules, of each zone its arming, of
      // each floor plan the state of its positions.
      retained: 10_000,
      retainedBytes: 16 * MIB,
      queued: 50_000,
      queuedBytes: 64 * MIB,
    },
  },
  // Simulates all devices of a plant; runs beside a demonstration only.
  simulator: {
    publish: [
      `${OF_TENANT}/locations/+`,
      `${OF_TENANT}/readers/+/locations`,
      `${OF_TENANT}/readers/+/impinj`,
      `${OF_TENANT}/machines/+/state`,
      `${OF_TENANT}/command-result/+`,
      `${OF_TENANT}/alarm-answer/+/+`,
      `${OF_TENANT}/actuators/+/state`,
    ],
    subscribe: [`${OF_TENANT}/command/+`, `${OF_TENANT}/alarm/+/+`, `${OF_TENANT}/alarm-rules/+`],
    limits: { rate: 1000, burst: 5000, retained: 500, retainedBytes: MIB, ...hears },
  },
  worker: {
    publish: [
      `${OF_TENANT}/events/violation/{name}`,
      `${OF_TENANT}/events/models/{name}`,
      `${OF_TENANT}/events/alarm/{name}`,
      // To any device; the device looks whether it takes alarms of this worker.
      `${OF_TENANT}/alarm/+/{name}`,
      `${OF_TENANT}/workers/{name}/status`,
      `${OF_TENANT}/workers/{name}/cameras/+/health`,
      `${OF_TENANT}/workers/{name}/observations/+`,
      // Handles: the API alone resolves them, and no other user may hear them.
      `${OF_TENANT}/workers/{name}/alone/+`,
      `${OF_TENANT}/workers/{name}/names/+`,
      `${OF_TENANT}/workers/{name}/hand-overs/+`,
    ],
    subscribe: [
      `${OF_TENANT}/acks/{name}`,
      `${OF_TENANT}/configuration/{name}`,
      `${OF_TENANT}/machines/+/state`,
      `${OF_TENANT}/alarm-plan/{name}`,
      `${OF_TENANT}/arming/+`,
      // Of people who agreed, under handles; never `locations/` or `readers/`, which name badges.
      `${OF_TENANT}/positions/+`,
      `${OF_TENANT}/positions-state/+`,
      `${OF_TENANT}/alarm-answer/+/{name}`,
    ],
    limits: { rate: 2000, burst: 10_000, retained: 300, retainedBytes: 2 * MIB, ...hears },
  },
  // Reads many badges, and publishes under its own name.
  reader: {
    publish: [
      `${OF_TENANT}/readers/{name}/locations`,
      `${OF_TENANT}/readers/{name}/impinj`,
      `${OF_TENANT}/readers/{name}/omlox/json/location_updates/+`,
    ],
    subscribe: [],
    limits: { rate: 200, burst: 1000, retained: 0, retainedBytes: 0, ...hearsNothing },
  },
  // Is one badge or one vehicle.
  tracker: {
    publish: [`${OF_TENANT}/locations/{name}`],
    subscribe: [],
    limits: { ...device, retained: 0, retainedBytes: 0 },
  },
  machine: { publish: [`${OF_TENANT}/machines/{name}/state`], subscribe: [], limits: device },
  // Takes commands and answers them. It is no machine: one that could tell the states of machines
  // could disarm rules.
  actuator: {
    publish: [
      `${OF_TENANT}/command-result/{name}`,
      `${OF_TENANT}/alarm-answer/{name}/+`,
      `${OF_TENANT}/actuators/{name}/state`,
    ],
    subscribe: [
      `${OF_TENANT}/command/{name}`,
      `${OF_TENANT}/alarm/{name}/+`,
      `${OF_TENANT}/alarm-rules/{name}`,
    ],
    // What waits longer is over anyway.
    limits: { ...device, queued: 200, queuedBytes: MIB },
  },
  // Carries the messages of devices, each under the credential of that device.
  gateway: { publish: [`${OF_TENANT}/gateways/{name}/status`], subscribe: [], limits: device },
  // A personnel system states by HTTP alone.
  personnel: {
    publish: [],
    subscribe: [],
    limits: { rate: 1, burst: 10, retained: 0, retainedBytes: 0, ...hearsNothing },
  },
  // Asks by HTTP alone whether a person may start a machine or enter.
  gate: {
    publish: [],
    subscribe: [],
    limits: { rate: 1, burst: 10, retained: 0, retainedBytes: 0, ...hearsNothing },
  },
  // Asks by HTTP alone whether people may do a job.
  mes: {
    publish: [],
    subscribe: [],
    limits: { rate: 1, burst: 10, retained: 0, retainedBytes: 0, ...hearsNothing },
  },
  integrator: {
    publish: [],
    subscribe: [
      `${OF_TENANT}/records/+`,
      `${OF_TENANT}/workers/+/status`,
      `${OF_TENANT}/workers/+/cameras/+/health`,
      `${OF_TENANT}/workers/+/observations/+`,
      `${OF_TENANT}/gateways/+/status`,
    ],
    limits: { rate: 20, burst: 100, retained: 0, retainedBytes: 0, ...hears },
  },
};

/** A name is one level of a topic and a part of a file name. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,126}[A-Za-z0-9])?$/;

/** `worker-gate`, `api`. @throws Error where no user can have that name. */
export function busUserName({ kind, name }: Pick<BusUser, 'kind' | 'name'>): string {
  if (name === '' && (kind === 'api' || kind === 'simulator')) return kind;
  if (!NAME.test(name)) {
    throw new Error(
      `"${name}" cannot be the name of a ${kind} on the bus: letters, digits and . _ : - only, at most 128, with a letter or digit first and last`,
    );
  }
  return `${kind}-${name}`;
}

/** The kind and name of a user of the broker; null where no user has that name. */
export function readBusUserName(text: string): Pick<BusUser, 'kind' | 'name'> | null {
  const kind = busKinds.find((one) => text === one || text.startsWith(`${one}-`));
  if (kind === undefined) return null;
  const name = text.slice(kind.length + 1);
  if (name === '')
    return text === kind && (kind === 'api' || kind === 'simulator') ? { kind, name } : null;
  return NAME.test(name) ? { kind, name } : null;
}

/**
 * The client id for a connection: the name of the user that the address names, because brokers bind the
 * two; `own` where it names none of ours.
 */
export function busClientId(url: string, own: string): string {
  const name = URL.canParse(url) ? decodeURIComponent(new URL(url).username) : '';
  return readBusUserName(name) === null ? own : name;
}

/** An address of a broker with a user and its secret. One that names a user already stays as it is. */
export function busAddress(url: string, user: string, secret: string): string {
  const address = new URL(url);
  if (address.username !== '') return url;
  address.username = user;
  address.password = secret;
  return address.href;
}

/** The filters of a user, with its own tenant and name in them. */
export function filtersOf(user: BusUser, action: 'publish' | 'subscribe'): string[] {
  return busRights[user.kind][action].map((filter) =>
    filter.replaceAll('{tenant}', user.tenant).replaceAll('{name}', user.name),
  );
}

/** What one user may do; made once for a connection, asked for each message. */
export interface RightsOfUser {
  /** Whether it may write a topic. */
  mayPublish(topic: string): boolean;
  /** Whether everything that a filter asks for may be read. */
  maySubscribe(filter: string): boolean;
  /** Whether it may receive a message of this topic, independent of its subscriptions. */
  mayReceive(topic: string): boolean;
}

export function rightsOf(user: BusUser): RightsOfUser {
  const written = filtersOf(user, 'publish');
  const read = filtersOf(user, 'subscribe');
  const maySubscribe = (filter: string) => read.some((right) => covers(right, filter));
  return {
    mayPublish: (topic) =>
      topic !== '' && !/[+#]/.test(topic) && written.some((right) => covers(right, topic)),
    maySubscribe,
    mayReceive: maySubscribe,
  };
}

export const mayPublish = (user: BusUser, topic: string): boolean =>
  rightsOf(user).mayPublish(topic);
export const maySubscribe = (user: BusUser, filter: string): boolean =>
  rightsOf(user).maySubscribe(filter);
export const mayReceive = (user: BusUser, topic: string): boolean =>
  rightsOf(user).mayReceive(topic);

/** Whether every topic that `asked` matches is matched by `filter`, too. */
export function covers(filter: string, asked: string): boolean {
  const wide = filter.split('/');
  const narrow = asked.split('/');
  // What begins with $ is matched by no wildcard.
  if (/^[+#]/.test(filter) && asked.startsWith('$')) return false;
  for (const [level, right] of wide.entries()) {
    if (right === '#') return true;
    const wanted = narrow[level];
    if (wanted === undefined || wanted === '#') return false;
    if (right !== '+' && right !== wanted) return false;
  }
  return wide.length === narrow.length;
}
