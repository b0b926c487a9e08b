import type { DeviceKind, NewDevice } from './devices-api.ts';

/** A line to be copied into the settings of a device; `what` names it in the words of the module. */
export interface SetupLine {
  what: SetupWhat;
  value: string;
}
export type SetupWhat =
  | 'address'
  | 'gpsAddress'
  | 'personsAddress'
  | 'startAddress'
  | 'entryAddress'
  | 'checkAddress'
  | 'header'
  | 'userAndPassword'
  | 'traccarClient'
  | 'deviceId'
  | 'osmand'
  | 'forwardHeader'
  | 'environment'
  | 'mqttUser'
  | 'mqttPassword'
  | 'mqttTopics'
  | 'mqttReads'
  | 'mqttKey';

const OSMAND = 'lat={0}&lon={1}&timestamp={2}&hdop={3}&altitude={4}&speed={5}';

/**
 * What is typed into a device, by HTTP and on the bus, ready to be copied.
 *
 * @param origin where this browser reaches the API, such as https://anshi.example.
 */
export function setupLines(
  { kind, name, secret, origin: made, busUser, busTopics, busReads, busKey }: NewDevice,
  origin: string,
): { http: SetupLine[]; mqtt: SetupLine[] } {
  const header: SetupLine = { what: 'header', value: `Authorization: Bearer ${secret}` };
  const login: SetupLine = { what: 'userAndPassword', value: `${name}:${secret}` };
  const impinj: SetupLine = { what: 'address', value: `${origin}/api/v1/ingest/rfid/impinj` };
  const gps = `${origin}/api/v1/ingest/gps/traccar`;
  const http: Record<DeviceKind, SetupLine[]> = {
    reader: [impinj, header, login],
    tracker: [
      { what: 'traccarClient', value: `${gps}/${secret}` },
      { what: 'deviceId', value: name },
      { what: 'osmand', value: `${gps}?token=${secret}&${OSMAND}` },
    ],
    gateway: [
      impinj,
      { what: 'gpsAddress', value: gps },
      { what: 'forwardHeader', value: `Authorization: Bearer ${secret}` },
    ],
    personnel: [{ what: 'personsAddress', value: `${origin}/api/v1/ingest/persons/{id}` }, header],
    gate: [
      { what: 'startAddress', value: `${origin}/api/v1/gates/machine-start` },
      { what: 'entryAddress', value: `${origin}/api/v1/gates/area-entry` },
      header,
    ],
    mes: [{ what: 'checkAddress', value: `${origin}/api/v1/match/check` }, header],
    machine: [],
    actuator: [],
    worker: [
      { what: 'environment', value: `ANSHI_WORKER_ID=${name}\nANSHI_WORKER_SECRET=${secret}` },
    ],
  };
  // One that enrolled keeps the password that the installation gave it on the bus.
  const mqtt: SetupLine[] =
    made === 'enrolled'
      ? []
      : [
          { what: 'mqttUser', value: busUser },
          { what: 'mqttPassword', value: secret },
          { what: 'mqttTopics', value: busTopics.join('\n') },
          ...(busKey === null
            ? []
            : [
                { what: 'mqttReads' as const, value: busReads.join('\n') },
                { what: 'mqttKey' as const, value: busKey },
              ]),
        ];
  return { http: kind === 'shared' ? [] : http[kind], mqtt };
}
