import { topics } from '@anshi/contracts';
import { z } from 'zod';
import type { Transaction } from '../db/database.ts';
import type { Loop } from '../feed/loop.ts';
import type { Module } from '../http/app-types.ts';
import type { Platform } from '../module.ts';
import { type CommandActions, createActions } from './actions.ts';
import { takeCommandResults } from './answers.ts';
import { commandsModule } from './routes.ts';
import { type DeviceGate, startSender } from './sender.ts';
import { type CommandService, createCommandService } from './service.ts';

/** Commands to devices on site, for modules. They are no safety function. */
export interface Commands extends Pick<CommandService, 'request' | 'show' | 'showOf' | 'findSame'> {
  /** Says what a kind of device can be told. To be called before the server listens; each kind once. */
  define(kind: string, actions: CommandActions): void;
  /** Says why a device gets no command now. To be called once, by the module with their register. */
  guard(gate: DeviceGate): void;
}

export interface OpenCommands extends Commands {
  readonly module: Module;
  start(): void;
  close(): Promise<void>;
}

const FEATURE = 'site-devices';
const record = z.object({
  data: z.object({ command: z.string(), state: z.string(), version: z.number() }),
});

/** Opens the commands; they are sent from `start` on. */
export function openCommands(
  platform: Pick<
    Platform,
    | 'settings'
    | 'database'
    | 'units'
    | 'bus'
    | 'actuatorSigner'
    | 'busRefusals'
    | 'live'
    | 'notices'
    | 'metrics'
    | 'features'
    | 'log'
  >,
): OpenCommands {
  const { settings, database, units, bus, live, notices, metrics, features, log } = platform;
  const { actuatorSigner: signer, busRefusals: refusals } = platform;
  const { tenant } = settings;
  const actions = createActions();
  let gate: DeviceGate | null = null;
  let sender: Loop | null = null;
  let setOpened = () => {};
  const opened = new Promise<void>((resolve) => {
    setOpened = resolve;
  });
  const mayReceive = async (tx: Transaction, device: string) =>
    gate === null ? 'unregistered' : gate(tx, device);
  const service = createCommandService({
    units,
    notices,
    actions,
    onReady: () => sender?.nudge(),
  });
  const answers = takeCommandResults({
    bus,
    units,
    signer,
    actions,
    mayReceive,
    notices,
    metrics,
    refusals,
    tenant,
    log,
    opened,
  });
  live.offer('commands');
  // What any process committed comes back by the outbox: browsers load what it says has changed.
  bus.subscribe(topics.records(tenant, 'command'), 1, (_topic, message) => {
    const read = record.safeParse(message);
    if (!read.success) return;
    const { command: id, state, version } = read.data.data;
    live.push(tenant, 'commands', { type: 'command', id, state, version });
  });
  return {
    request: service.request,
    show: service.show,
    showOf: service.showOf,
    findSame: service.findSame,
    define: (kind, own) => actions.define(kind, own),
    guard(own) {
      if (gate !== null) throw new Error('two modules guard the devices that take commands');
      gate = own;
    },
    module: commandsModule(service),
    start() {
      setOpened();
      sender = startSender({
        database,
        units,
        bus,
        signer,
        service,
        actions,
        mayReceive,
        isOn: () => features.isOn(FEATURE),
        tenant,
        log,
      });
      sender.nudge();
    },
    async close() {
      answers.close();
      await sender?.close();
    },
  };
}
