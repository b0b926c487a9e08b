import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../db/database.ts';
import { CHAIN_MOST, type ChainEntry, joinTexts, plainText } from '../incident-chain.ts';
import type { Bilingual } from '../manifest.ts';
import type { CommandState } from './states.ts';
import { faultTexts } from './words.ts';

const states: Readonly<Record<CommandState, Bilingual>> = {
  'awaiting-approval': { zh: '等待第二人确认', en: 'waits for a second person' },
  requested: { zh: '待发送', en: 'to be sent' },
  sent: { zh: '已发送', en: 'sent' },
  accepted: { zh: '设备已接受', en: 'accepted by the device' },
  done: { zh: '已执行', en: 'done' },
  refused: { zh: '被拒绝', en: 'refused' },
  failed: { zh: '失败', en: 'failed' },
  expired: { zh: '过期未执行', en: 'expired' },
};
const actions: Readonly<Record<string, Bilingual>> = {
  'controlled-stop': { zh: '受控停机请求', en: 'controlled stop' },
  derate: { zh: '降速请求', en: 'derating' },
  signal: { zh: '声光信号', en: 'signal' },
  off: { zh: '关闭', en: 'off' },
  test: { zh: '测试', en: 'test' },
};
/** Who gave it where no account did. */
const programs: Readonly<Record<string, Bilingual>> = {
  rule: { zh: '系统规则', en: 'by a rule' },
  reversal: { zh: '到时自动撤销', en: 'undone in its time' },
};

interface Row {
  id: string;
  deviceName: Bilingual;
  action: string;
  state: CommandState;
  givenAt: Date;
  cause: string;
  reason: string | null;
  fault: keyof typeof faultTexts | null;
  by: Bilingual | null;
}

/**
 * Commands as entries of the chain of an incident, with what became of them, in the order of time.
 *
 * @param where which ones, as a condition on `command c`.
 */
export async function commandEntries(tx: Transaction, where: Prisma.Sql): Promise<ChainEntry[]> {
  const rows = await sqlIn(tx)<Row>(Prisma.sql`
    SELECT c.id, c.device_name AS "deviceName", c.action, c.state, c.given_at AS "givenAt", c.cause, c.reason,
      c.fault, u.display_name AS by
    FROM command c LEFT JOIN app_user u ON u.id = c.requested_by
    WHERE ${where} ORDER BY c.given_at, c.id LIMIT ${CHAIN_MOST + 1}`);
  return rows.map(({ id, deviceName, action, state, givenAt, cause, reason, fault, by }) => {
    const what = actions[action] ?? plainText(action);
    return {
      id,
      at: givenAt,
      title: {
        zh: `指令 ${what.zh}（${deviceName.zh}）：${states[state].zh}`,
        en: `Command ${what.en} (${deviceName.en}): ${states[state].en}`,
      },
      detail: joinTexts([
        by ?? programs[cause] ?? { zh: '系统', en: 'by the program' },
        reason === null ? null : plainText(reason),
        fault === null ? null : (faultTexts[fault] ?? plainText(fault)),
      ]),
      tone: state === 'done' ? 'ok' : state === 'failed' ? 'danger' : 'neutral',
      link: `/commands/${id}`,
    };
  });
}
