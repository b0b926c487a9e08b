import { DateTime } from 'luxon';
import { newId } from '../../platform/db/ids.ts';
import type { DemoParts } from '../seeds.ts';

type Demo = {
  kind: string;
  name: string;
  ref?: string;
  areaId: string;
  place: string;
  model: string;
  /** Its two digits. */
  ip?: [solids: number, water: number];
  /** Days since the last maintenance, and between two. */
  maintained: number;
  period: number;
  link: string;
};

/** Fictitious. The press line is dusty: the beacon there does not suit it, so there is a finding. */
const devices: Demo[] = [
  {
    kind: 'camera',
    name: '装配区西侧摄像机 / Camera, west of the assembly area',
    ref: 'hall-west',
    areaId: 'assembly-area',
    place: '3 号立柱，高 4.2 m / Column 3, 4.2 m up',
    model: 'IPC-4M-67',
    ip: [6, 7],
    maintained: 40,
    period: 180,
    link: 'ethernet',
  },
  {
    kind: 'camera',
    name: '装配区东侧摄像机 / Camera, east of the assembly area',
    ref: 'hall-east',
    areaId: 'assembly-area',
    place: '7 号立柱，高 4.2 m / Column 7, 4.2 m up',
    model: 'IPC-4M-67',
    ip: [6, 7],
    maintained: 165,
    period: 180,
    link: 'ethernet',
  },
  {
    kind: 'camera',
    name: '主通道摄像机 / Camera of the main aisle',
    ref: 'aisle',
    areaId: 'main-aisle',
    place: '北墙，高 3.5 m / North wall, 3.5 m up',
    model: 'IPC-2M-66',
    ip: [6, 6],
    maintained: 190,
    period: 180,
    link: '5g',
  },
  {
    kind: 'beacon',
    name: '冲压线声光报警器 / Beacon of the press line',
    ref: 'press-beacon',
    areaId: 'press-line',
    place: '冲床 1 号与 2 号之间 / Between presses 1 and 2',
    model: 'SL-24V-54',
    ip: [5, 4],
    maintained: 20,
    period: 365,
    link: 'ethernet',
  },
  {
    kind: 'speaker',
    name: '机器人单元扬声器 / Speaker of the robot cell',
    ref: 'cell-speaker',
    areaId: 'robot-cell',
    place: '围栏东侧立柱，高 3 m / Post east of the fence, 3 m up',
    model: 'HS-24V-66',
    ip: [6, 6],
    maintained: 60,
    period: 365,
    link: 'ethernet',
  },
  {
    kind: 'sensor',
    name: '冲压线粉尘浓度传感器 / Dust sensor of the press line',
    areaId: 'press-line',
    place: '除尘管道入口 / Inlet of the dust duct',
    model: 'PM-LoRa-67',
    ip: [6, 7],
    maintained: 10,
    period: 90,
    link: 'lora',
  },
];

/** Adds the files of the demonstration where the tenant has none; its press line is dusty. */
export const seedDemo = ({ database, tenant: tenantId }: DemoParts): Promise<void> =>
  database.transaction({ tenant: tenantId, user: null }, async (tx) => {
    // Processes that start at the same time run one after the other.
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 5270241))::text`;
    if ((await tx.deviceFile.count()) > 0) return;
    const today = DateTime.utc().startOf('day');
    await tx.deviceFile.createMany({
      data: devices.map(({ ip, maintained, period, ref, ...one }) => ({
        tenantId,
        id: newId(),
        ...one,
        ref: ref ?? null,
        maker: '示例厂商 / Example maker',
        ipSolids: ip?.[0] ?? null,
        ipWater: ip?.[1] ?? null,
        installedOn: today.minus({ days: 400 }).toJSDate(),
        maintainedOn: today.minus({ days: maintained }).toJSDate(),
        maintenanceDays: period,
      })),
    });
  });
