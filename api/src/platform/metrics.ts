import { droppedLogLines } from '@anshi/contracts/log';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The process's own metrics, for Prometheus at /metrics. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'anshi_http_request_seconds',
      help: 'Time from the request to the end of the answer.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    closedSockets: new Counter({
      name: 'anshi_http_connections_closed_total',
      help: 'Connections of HTTP closed because too many were open, by which limit.',
      labelNames: ['why'] as const,
      registers,
    }),
    ingested: new Counter({
      name: 'anshi_ingest_events_total',
      help: 'Violation events from workers by result.',
      labelNames: ['type', 'result'] as const,
      registers,
    }),
    acknowledgeSeconds: new Histogram({
      name: 'anshi_ingest_acknowledge_seconds',
      help: 'Time from an event on the bus to its acknowledgement, commit included.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    evidenceBytes: new Counter({
      name: 'anshi_evidence_bytes_total',
      help: 'Bytes of evidence stored by media type.',
      labelNames: ['media_type'] as const,
      registers,
    }),
    diskFreeBytes: new Gauge({
      name: 'anshi_disk_free_bytes',
      help: 'Free on the disks of the data folder, by what lies on them.',
      labelNames: ['place'] as const,
      registers,
    }),
    diskState: new Gauge({
      name: 'anshi_disk_state',
      help: '0 where there is room, 1 where it is low, 2 where the disk is full.',
      labelNames: ['place'] as const,
      registers,
    }),
    logLinesDropped: new Gauge({
      name: 'anshi_log_lines_dropped',
      help: 'Lines of the log that found no room, since the start.',
      registers,
      collect() {
        this.set(droppedLogLines());
      },
    }),
    violations: new Gauge({
      name: 'anshi_violations',
      help: 'Violations on record by status.',
      labelNames: ['status'] as const,
      registers,
    }),
    deviceRefusals: new Counter({
      name: 'anshi_device_refused_total',
      help: 'Requests of devices that were refused, by why.',
      labelNames: ['reason'] as const,
      registers,
    }),
    locations: new Counter({
      name: 'anshi_locations_total',
      help: 'Locations of badges by result.',
      labelNames: ['result'] as const,
      registers,
    }),
    positions: new Counter({
      name: 'anshi_positions_total',
      help: 'Positions of badges for workers by what became of them: told, not-agreed, no-place, late, lost.',
      labelNames: ['result'] as const,
      registers,
    }),
    positionSeconds: new Histogram({
      name: 'anshi_positions_delay_seconds',
      help: 'From the arrival of a position until workers are told of it.',
      buckets: [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2],
      registers,
    }),
    identities: new Counter({
      name: 'anshi_identities_total',
      help: 'Statements of workers on who it was, by state; dropped where they name a handle that they cannot know.',
      labelNames: ['result'] as const,
      registers,
    }),
    viewers: new Gauge({
      name: 'anshi_live_event_clients',
      help: 'Browsers connected to live events.',
      registers,
    }),
    skippedObservations: new Counter({
      name: 'anshi_live_event_observations_skipped_total',
      help: 'Observations not sent to a browser that reads too slowly.',
      registers,
    }),
    mpeg1Gaps: new Counter({
      name: 'anshi_live_mpeg1_gaps_total',
      help: 'How often a viewer of MPEG-1 that reads too slowly was left without pictures.',
      registers,
    }),
    jobs: new Counter({
      name: 'anshi_jobs_total',
      help: 'Jobs by name and by result; a failed one is retried.',
      labelNames: ['job', 'result'] as const,
      registers,
    }),
    deadJobs: new Gauge({
      name: 'anshi_jobs_dead',
      help: 'Jobs without retries left; they need manual inspection.',
      registers,
    }),
    consumed: new Counter({
      name: 'anshi_consumer_events_total',
      help: 'Events handled by consumers, by result; a failed one is retried.',
      labelNames: ['consumer', 'result'] as const,
      registers,
    }),
    deadLetters: new Gauge({
      name: 'anshi_dead_letters',
      help: 'Dead letters of consumers that wait for an administrator.',
      registers,
    }),
    unauditedWrites: new Counter({
      name: 'anshi_unaudited_writes_total',
      help: 'Writing requests of users that succeeded and left no line in the audit log, by route.',
      labelNames: ['method', 'route'] as const,
      registers,
    }),
    outsideTimes: new Counter({
      name: 'anshi_outside_time_total',
      help: 'Messages from outside whose time is late or cannot be, by kind and by what became of them.',
      labelNames: ['kind', 'result'] as const,
      registers,
    }),
    machineContradictions: new Gauge({
      name: 'anshi_machine_contradictions',
      help: 'Machines of which two states are told at once.',
      registers,
    }),
    commandResults: new Counter({
      name: 'anshi_command_results_total',
      help: 'Answers of devices on site to commands, by result; `again` changed nothing.',
      labelNames: ['result'] as const,
      registers,
    }),
    busRefused: new Counter({
      name: 'anshi_bus_refused_total',
      help: 'What the broker or the API refused on the bus, by kind of user and of refusal.',
      labelNames: ['kind', 'what'] as const,
      registers,
    }),
    busInvalid: new Counter({
      name: 'anshi_bus_invalid_messages_total',
      help: 'Messages on the bus that do not match their schema.',
      labelNames: ['kind'] as const,
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
