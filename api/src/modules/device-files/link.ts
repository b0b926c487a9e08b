import type { Bilingual } from '../../platform/manifest.ts';
import type { DeviceKind } from '../device-health/schema.ts';

/** `slow`: too little goes over it; `late`: it comes too late. */
export type LinkFault = 'slow' | 'late';

/** Links that do not carry what a kind of device sends or is told; every other pair suits. */
const unsuited: readonly {
  fault: LinkFault;
  links: readonly string[];
  kinds: readonly string[];
}[] = [
  { fault: 'slow', links: ['lora', 'serial'], kinds: ['camera', 'worker', 'switch'] },
  { fault: 'late', links: ['lora'], kinds: ['beacon', 'speaker', 'gateway'] },
];

const reasons: Readonly<Record<LinkFault, Bilingual>> = {
  slow: {
    zh: '视频每秒需要数兆比特，LoRa 与串口只有数千比特。请改用工业以太网、5G 或 Wi-Fi；LoRa 只适合传感器的少量数值。',
    en: 'Video needs megabits a second; LoRa and serial lines carry kilobits. Use industrial Ethernet, 5G or Wi-Fi; LoRa suits the small values of sensors.',
  },
  late: {
    zh: '报警与指令须在一秒内到达，LoRa 可能需要数秒。请改用工业以太网、5G、Wi-Fi 或串口；LoRa 只适合传感器的少量数值。',
    en: 'Alarms and commands have to come within a second; over LoRa they may take several. Use industrial Ethernet, 5G, Wi-Fi or a serial line; LoRa suits the small values of sensors.',
  },
};

/** Why the link of a device does not suit what the device carries, and what to do; null where it does. */
export function linkProblem(device: {
  kind: string;
  link: string | null;
  status: string;
}): { fault: LinkFault; reason: Bilingual } | null {
  const { kind, link, status } = device;
  if (status !== 'in-use' || link === null) return null;
  const found = unsuited.find((one) => one.links.includes(link) && one.kinds.includes(kind));
  return found ? { fault: found.fault, reason: reasons[found.fault] } : null;
}

/** The pairs of kind and link with a problem, for a list. */
export const unsuitedPairs = (): [kind: string, link: string][] =>
  unsuited.flatMap(({ links, kinds }) =>
    kinds.flatMap((kind) => links.map((link): [string, string] => [kind, link])),
  );

/** What a device is in the record of health. */
export const healthKindOf = (kind: string): DeviceKind =>
  kind === 'camera' || kind === 'worker' || kind === 'gateway' ? kind : 'site-device';
