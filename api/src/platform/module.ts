import type { Logger } from 'pino';
import type { AccountEvents } from './access/account-events.ts';
import type { Accounts } from './access/accounts.ts';
import type { Auth } from './access/auth.ts';
import type { DeviceGate } from './access/devices.ts';
import type { Bus } from './bus.ts';
import type { BusRefusals } from './bus-refusals/refusals.ts';
import type { BusSigner } from './bus-signer.ts';
import type { BusUsers } from './bus-users/types.ts';
import type { Commands } from './commands/open.ts';
import type { Consumers } from './consumers/types.ts';
import type { Database } from './db/database.ts';
import type { Units } from './db/unit-of-work.ts';
import type { Disks } from './disks/watch.ts';
import type { Documents } from './documents/documents.ts';
import type { Features } from './features/state.ts';
import type { FilesModule } from './files/module.ts';
import type { App } from './http/app-types.ts';
import type { ImportKinds } from './imports/types.ts';
import type { Jobs } from './jobs/types.ts';
import type { LiveEvents } from './live/live-events.ts';
import type { Metrics } from './metrics.ts';
import type { Notices } from './notices/types.ts';
import type { Obligations } from './obligations/types.ts';
import type { Rules } from './rules/service.ts';
import type { Sealed } from './sealed/sealed.ts';
import type { Settings } from './settings.ts';
import type { ContentStore } from './store/content.ts';
import type { WorkflowEngine } from './workflow/engine.ts';

/**
 * Services for modules that are opened later. A module declares its own in its `open.ts`:
 *
 * ```ts
 * declare module '../../platform/module.ts' {
 *   interface ModuleServices { cameras: CameraParts }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: modules extend it by declaration merging.
export interface ModuleServices {}

export interface Services {
  provide<Name extends keyof ModuleServices>(name: Name, service: ModuleServices[Name]): void;
  /** @throws Error where no earlier module of `modules/manifests.ts` provides it. */
  get<Name extends keyof ModuleServices>(name: Name): ModuleServices[Name];
}

/** The platform services. A module uses those that it needs. */
export interface Platform {
  readonly settings: Settings;
  /** Version of the program, from package.json. */
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly disks: Disks;
  /** PDF documents with verification codes. */
  readonly documents: Documents;
  /** Rules of law with the overrides of the company; `ruleAt` says what one of them asks. */
  readonly rules: Rules;
  readonly units: Units;
  readonly bus: Bus;
  /** Who may connect to the broker. */
  readonly busUsers: BusUsers;
  /** Signs what workers are told, and looks at what they signed. */
  readonly busSigner: BusSigner;
  /** Signs commands to devices on site, and looks at what those signed. */
  readonly actuatorSigner: BusSigner;
  /** Counts, shows and tells what is refused on the bus. */
  readonly busRefusals: BusRefusals;
  readonly live: LiveEvents;
  readonly auth: Auth;
  /** The guard of the routes for devices. */
  readonly devices: DeviceGate;
  readonly accounts: Accounts;
  readonly accountEvents: AccountEvents;
  readonly features: Features;
  readonly sealed: Sealed;
  /** Snapshots and clips, encrypted. */
  readonly evidence: ContentStore;
  /** Uploads, and files attached to records. */
  readonly uploads: FilesModule;
  /** What can be imported from files; a module adds its kinds. */
  readonly imports: ImportKinds;
  readonly notices: Notices;
  readonly jobs: Jobs;
  /** What falls due for whom or what. */
  readonly obligations: Obligations;
  readonly workflows: WorkflowEngine;
  /** Commands to devices on site. */
  readonly commands: Commands;
  readonly services: Services;
  /** Called after each commit that wrote outgoing events. */
  onEvents(listener: (types: readonly string[]) => void): void;
  /** Consumers of other modules' events. */
  readonly consumers: Consumers;
}

/** A running module. */
export interface OpenModule {
  /** Adds its routes. Those of a module with a feature depend on its switch. */
  register(app: App): void;
  /** Adds hooks on the routes of all modules, whatever its switch says. */
  watch?(app: App): void;
  /** Runs once the server listens; long work runs in the background. */
  start?(): void | Promise<void>;
  /** Closes what it opened. */
  close?(): void | Promise<void>;
}

/** The export `open` of a module's `open.ts`. */
export type Open = (platform: Platform) => OpenModule | Promise<OpenModule>;

export function createServices(): Services {
  const known = new Map<string, unknown>();
  return {
    provide(name, service) {
      if (known.has(name)) throw new Error(`two modules provide the service "${name}"`);
      known.set(name, service);
    },
    get(name) {
      if (!known.has(name)) {
        throw new Error(
          `no module provides the service "${name}" yet: put the module that does before this one in modules/manifests.ts`,
        );
      }
      return known.get(name) as never;
    },
  };
}
