/**
 * MQTT topics. Everything of a tenant is under `anshi/v1/<tenant>/`, so that a broker's access list
 * can keep tenants apart. `+` asks for all.
 */
export const topics = {
  /** Violation events of a worker, QoS 1 ({@link violationEvent}). */
  violationEvents: (tenant: string, worker: string) =>
    `anshi/v1/${tenant}/events/violation/${worker}`,
  /** Which models a worker has loaded, QoS 1 ({@link modelsLoaded}). */
  modelEvents: (tenant: string, worker: string) => `anshi/v1/${tenant}/events/models/${worker}`,
  /** The API's word on them, QoS 1 ({@link acknowledgement}). */
  acknowledgements: (tenant: string, worker: string) => `anshi/v1/${tenant}/acks/${worker}`,
  /** The configuration of a worker's cameras changed, retained, QoS 1 ({@link configurationNotice}). */
  configuration: (tenant: string, worker: string) => `anshi/v1/${tenant}/configuration/${worker}`,
  /** QoS 0 ({@link observation}). */
  observations: (tenant: string, worker: string, camera: string) =>
    `anshi/v1/${tenant}/workers/${worker}/observations/${camera}`,
  /** People who are confirmed and alone in a zone, QoS 0, not retained ({@link confirmedAlone}). */
  confirmedAlone: (tenant: string, worker: string, camera: string) =>
    `anshi/v1/${tenant}/workers/${worker}/alone/${camera}`,
  /** People in the picture who are confirmed by their badges, QoS 0, not retained ({@link namedTracks}). */
  namedTracks: (tenant: string, worker: string, camera: string) =>
    `anshi/v1/${tenant}/workers/${worker}/names/${camera}`,
  /** A badge that went from one person to another in view, QoS 1, not retained ({@link handOverSeen}). */
  handOvers: (tenant: string, worker: string, camera: string) =>
    `anshi/v1/${tenant}/workers/${worker}/hand-overs/${camera}`,
  /** Retained ({@link cameraHealth}). */
  cameraHealth: (tenant: string, worker: string, camera: string) =>
    `anshi/v1/${tenant}/workers/${worker}/cameras/${camera}/health`,
  /** Retained, with a last will ({@link workerStatus}). */
  workerStatus: (tenant: string, worker: string) => `anshi/v1/${tenant}/workers/${worker}/status`,
  /** Of what is one badge or vehicle: `provider_id` is that of the topic, QoS 1 ({@link location}). */
  locations: (tenant: string, provider: string) => `anshi/v1/${tenant}/locations/${provider}`,
  /** Of a reader that sees many badges, QoS 1 ({@link location}). */
  readerLocations: (tenant: string, reader: string) =>
    `anshi/v1/${tenant}/readers/${reader}/locations`,
  /** Reads of a reader in the form of the Impinj IoT Device Interface, QoS 1 ({@link impinjEvents}). */
  readerImpinj: (tenant: string, reader: string) => `anshi/v1/${tenant}/readers/${reader}/impinj`,
  /** Of a locating system by omlox, whose topic follows that of the reader, QoS 1 ({@link omloxLocation}). */
  readerOmlox: (tenant: string, reader: string, provider: string) =>
    `anshi/v1/${tenant}/readers/${reader}/omlox/json/location_updates/${provider}`,
  /** Retained ({@link machineState}). */
  machineState: (tenant: string, machine: string) => `anshi/v1/${tenant}/machines/${machine}/state`,
  /** To a device that takes commands, QoS 1, not retained ({@link command}). */
  command: (tenant: string, device: string) => `anshi/v1/${tenant}/command/${device}`,
  /** Its answers, QoS 1 ({@link commandResult}). */
  commandResults: (tenant: string, device: string) => `anshi/v1/${tenant}/command-result/${device}`,
  /** What it does now, retained, with a last will ({@link actuatorState}). */
  actuatorState: (tenant: string, device: string) => `anshi/v1/${tenant}/actuators/${device}/state`,
  /** What of a zone is armed, retained, QoS 1 ({@link armingNotice}); `zone` by {@link armingPlace}. */
  arming: (tenant: string, zone: string) => `anshi/v1/${tenant}/arming/${zone}`,
  /** From a worker to a device, QoS 1, not retained ({@link alarm}). */
  alarm: (tenant: string, device: string, worker: string) =>
    `anshi/v1/${tenant}/alarm/${device}/${worker}`,
  /** The answer of the device to that worker, QoS 1 ({@link alarmAnswer}). */
  alarmAnswers: (tenant: string, device: string, worker: string) =>
    `anshi/v1/${tenant}/alarm-answer/${device}/${worker}`,
  /** Whose alarms a device takes, and what is muted: retained ({@link alarmRules}). */
  alarmRules: (tenant: string, device: string) => `anshi/v1/${tenant}/alarm-rules/${device}`,
  /** Which device gives an alarm for what, to one worker: retained ({@link alarmPlan}). */
  alarmPlan: (tenant: string, worker: string) => `anshi/v1/${tenant}/alarm-plan/${worker}`,
  /** What became of the alarms of a worker, QoS 1 ({@link alarmReported}). */
  alarmEvents: (tenant: string, worker: string) => `anshi/v1/${tenant}/events/alarm/${worker}`,
  /** What a gateway carries: retained, with a last will ({@link gatewayStatus}). */
  gatewayStatus: (tenant: string, gateway: string) =>
    `anshi/v1/${tenant}/gateways/${gateway}/status`,
  /** The newest positions on a floor plan, under handles, QoS 0, not retained ({@link positionsNotice}). */
  positions: (tenant: string, floorPlan: string) => `anshi/v1/${tenant}/positions/${floorPlan}`,
  /** What holds for all of them, retained, QoS 1 ({@link positionsStateContent}). */
  positionsState: (tenant: string, floorPlan: string) =>
    `anshi/v1/${tenant}/positions-state/${floorPlan}`,
  /** What the API committed, for its own other processes and for integrators, QoS 1. */
  records: (tenant: string, entity: string) => `anshi/v1/${tenant}/records/${entity}`,
} as const;
