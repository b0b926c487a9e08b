import type { commandFault } from '@anshi/contracts';
import type { Bilingual } from '../manifest.ts';

/** What devices answer, and what the API itself finds. */
type Fault =
  | (typeof commandFault.options)[number]
  | 'read-back'
  | 'declined'
  | 'unregistered'
  | 'out-of-use'
  | 'revoked';

/** Why a command was refused, failed or was not sent. */
export const faultTexts: Readonly<Record<Fault, Bilingual>> = {
  late: { zh: '到达设备时已过期', en: 'it came to the device after its time' },
  clock: { zh: '设备时钟慢了', en: 'the clock of the device is slow' },
  'unknown-action': { zh: '设备不认识该动作', en: 'the device does not know the action' },
  'not-allowed': { zh: '设备不允许', en: 'the device does not allow it' },
  busy: { zh: '设备忙', en: 'the device is busy' },
  output: { zh: '输出故障', en: 'an output does not work' },
  'no-connection': {
    zh: '网关与设备断开',
    en: 'the device is not connected to its gateway',
  },
  'read-back': { zh: '回读与指令不符', en: 'it reads back something else than it was told' },
  declined: { zh: '第二人未同意', en: 'the second person refused it' },
  unregistered: { zh: '设备未登记', en: 'the device is not registered' },
  'out-of-use': { zh: '设备已停用', en: 'the device is out of use' },
  revoked: { zh: '设备凭据已吊销', en: 'the credential of the device is revoked' },
};
