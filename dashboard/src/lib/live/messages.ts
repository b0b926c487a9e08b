import type { Observation } from '@anshi/contracts';
import type { CameraHealth, Incident, Violation, WorkerStatus } from '$lib/api/types.ts';
import type { Notice } from '$lib/features/notices/notices.svelte.ts';
import type { SiteDevice } from '$lib/features/site-devices/site-devices-api.ts';

/** The API's messages on /api/v1/live-events. */
export type ServerMessage =
  | { type: 'ready' }
  /** The rights of the account have changed: these it has now. */
  | { type: 'rights'; permissions: string[] }
  /** Every 10 s: the connection is alive. */
  | { type: 'beat' }
  | { type: 'violation'; change: 'recorded' | 'updated'; violation: Violation }
  | { type: 'incident'; change: 'opened' | 'updated' | 'closed'; incident: Incident }
  | { type: 'incident-claims' }
  | { type: 'incident-note'; incident: string }
  | { type: 'camera-health'; health: CameraHealth }
  | { type: 'observation'; observation: Observation }
  /** Confirmed people in the picture; the name is null where the account may not know it. */
  | { type: 'names'; camera: string; at: string; names: { track: string; name: string | null }[] }
  | { type: 'hazard'; change: string; id: string }
  | { type: 'tasks' }
  | { type: 'notice'; notice: Notice }
  | { type: 'notices-read'; ids: string[] }
  | { type: 'worker'; status: WorkerStatus }
  | { type: 'command'; id: string; state: string; version: number }
  | { type: 'alarm'; id: string; violation: string; state: string }
  | { type: 'site-device'; device: string; now: SiteDevice['now'] }
  | { type: 'gate-decision'; id: string }
  | { type: 'fence-event'; id: string }
  | { type: 'vehicle-event'; id: string }
  | { type: 'vehicle-pass'; id: string }
  | { type: 'work-job' }
  | { type: 'work-assignment' }
  | { type: 'device-outages' }
  | { type: 'presence' }
  | { type: 'desk-alarms' }
  | { type: 'screen-alarms' }
  | { type: 'error'; code: string; message: string };

export type Topic =
  | 'violations'
  | 'incidents'
  | 'cameras'
  | 'system'
  | 'hazards'
  | 'tasks'
  | 'notices'
  | 'commands'
  | 'gates'
  | 'fences'
  | 'vehicles'
  | 'assignments'
  | 'device-health'
  | 'presence'
  | 'desk-alarms'
  | 'screen-alarms'
  | `observations:${string}`
  | `names:${string}`;

export type ClientMessage =
  | { type: 'auth'; token: string }
  | { type: 'subscribe' | 'unsubscribe'; topics: Topic[] };

/** The API's close code for an invalid or expired token. */
export const tokenRefused = 4401;
