import { setTimeout as sleep } from 'node:timers/promises';
import { type BusRefusalKind, type CommandResult, commandResult, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import { systemCaller } from '../access/caller.ts';
import { holdersOf } from '../access/holders.ts';
import type { Bus } from '../bus.ts';
import type { BusRefusals } from '../bus-refusals/refusals.ts';
import type { BusSigner } from '../bus-signer.ts';
import { isDatabaseUnavailable } from '../db/database-errors.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import type { Metrics } from '../metrics.ts';
import { noticeLink } from '../notices/kinds.ts';
import type { Notices } from '../notices/types.ts';
import { takeTime } from '../outside-time.ts';
import { type Actions, agrees } from './actions.ts';
import { type CommandRow, hold, move, parametersOf } from './rows.ts';
import type { DeviceGate } from './sender.ts';

const AGAIN_AFTER_MS = 1_000;
/** A database that is away longer: the command is sent again, and answered again, or is over. */
const TRIES = 30;
/** What waits for its turn; more than that is not taken, and asked for by sending the command again. */
const MOST_WAITING = 2_000;

/**
 * Takes the answers of devices. Each names a command of that device and is signed by it; its age does
 * not matter, because an answer says nothing of any other command.
 */
export function takeCommandResults(options: {
  bus: Bus;
  units: Units;
  signer: Pick<BusSigner, 'fault'>;
  actions: Actions;
  mayReceive: DeviceGate;
  notices: Notices;
  metrics: Pick<Metrics, 'commandResults' | 'busInvalid' | 'outsideTimes'>;
  refusals: Pick<BusRefusals, 'note'>;
  tenant: string;
  log: Logger;
  /** The modules have said what their devices can do. */
  opened: Promise<void>;
}): { close(): void } {
  const { bus, units, signer, actions, mayReceive, notices, metrics, refusals, tenant, log } =
    options;
  let closed = false;
  /** The answers of a device are taken in their order: `accepted` before `done`. */
  const turns = new Map<string, Promise<void>>();
  let waiting = 0;

  function inTurn(device: string, work: () => Promise<void>): Promise<void> {
    waiting++;
    const turn = (turns.get(device) ?? Promise.resolve())
      .then(work)
      .catch((error: unknown) => log.error({ err: error, device }, 'an answer was not taken'))
      .finally(() => {
        waiting--;
        if (turns.get(device) === turn) turns.delete(device);
      });
    turns.set(device, turn);
    return turn;
  }

  bus.subscribe(topics.commandResults(tenant, '+'), 1, async (topic, message, payload) => {
    const device = topic.split('/').at(-1) ?? '';
    const refuse = (what: BusRefusalKind, detail: string) => {
      metrics.commandResults.inc({ result: `refused-${what}` });
      refusals.note({ user: `actuator-${device}`, what, topic, detail });
    };
    const fault = signer.fault(device, topic, payload, null);
    if (fault !== null) return refuse('signature', `an answer whose signature is ${fault}`);
    const read = commandResult.safeParse(message);
    if (!read.success) {
      metrics.busInvalid.inc({ kind: 'command-result' });
      return refuse('schema', 'an answer that does not match its schema');
    }
    const answer = read.data;
    if (answer.device !== device) return refuse('sender', `an answer of "${answer.device}"`);
    takeTime(metrics, 'command-result', answer.at);
    if (waiting >= MOST_WAITING) {
      metrics.commandResults.inc({ result: 'put-off' });
      return;
    }
    await inTurn(device, async () => {
      await options.opened;
      const result = await patiently(answer);
      metrics.commandResults.inc({ result });
      if (result === 'revoked') refuse('revoked', 'an answer of a device that gets no commands');
      if (result === 'unknown') refuse('sender', `an answer to ${answer.id}, no command of it`);
    });
  });

  /** The broker has forgotten the answer: it is kept here while the database is away. */
  async function patiently(answer: CommandResult): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        return await units.run(systemCaller(tenant), (unit) => take(unit, answer));
      } catch (error) {
        if (closed || tries >= TRIES || !isDatabaseUnavailable(error)) throw error;
        if (tries === 1) log.warn({ command: answer.id }, 'an answer waits for the database');
        await sleep(AGAIN_AFTER_MS, undefined, { ref: false });
      }
    }
  }

  /** @returns what became of it, for the metrics. */
  async function take(unit: Unit, answer: CommandResult): Promise<string> {
    const { id, device, readBack } = answer;
    const row = await hold(unit.tx, id);
    if (row?.device !== device) return 'unknown';
    if ((await mayReceive(unit.tx, device)) === 'revoked') return 'revoked';
    const { event, fault } = judge(row, answer);
    const data = fault === null ? {} : { fault };
    const moved = await move(unit, row, event, { data, note: fault, readBack });
    if (!moved) return 'again';
    if (moved.state === 'done') await endReversals(unit, moved);
    if (moved.state === 'failed' || moved.state === 'refused') await tell(unit, moved);
    return moved.state;
  }

  /** What a device says to have done counts where it reads back what it was told. */
  function judge(row: CommandRow, { result, readBack, fault }: CommandResult) {
    if (result !== 'done') return { event: result, fault: fault ?? null };
    const action = actions.find(row.deviceKind, row.action);
    const expected = action?.expects(parametersOf(row)) ?? {};
    return agrees(expected, readBack)
      ? { event: 'done' as const, fault: null }
      : { event: 'failed' as const, fault: 'read-back' };
  }

  /** What is undone by hand is not undone once more. */
  async function endReversals({ tx }: Unit, row: CommandRow): Promise<void> {
    const earlier = await tx.command.findMany({
      where: { device: row.device, revertAt: { not: null }, givenAt: { lt: row.givenAt } },
      select: { id: true, deviceKind: true, action: true },
    });
    const undone = earlier.filter(
      (one) => actions.find(one.deviceKind, one.action)?.reversal === row.action,
    );
    await tx.command.updateMany({
      where: { id: { in: undone.map(({ id }) => id) } },
      data: { revertAt: null },
    });
  }

  async function tell(unit: Unit, row: CommandRow): Promise<void> {
    const { id, requestedBy } = row;
    const name = row.deviceName as { zh: string; en: string };
    await notices.notify(unit, {
      to: requestedBy === null ? await holdersOf(unit.tx, 'command:request') : [requestedBy],
      kind: 'command.failed',
      severity: 'warning',
      title: { zh: `指令未执行：${name.zh}`, en: `A command was not carried out: ${name.en}` },
      body: {
        zh: `“${name.zh}”未按指令动作，请到现场确认。`,
        en: `${name.en} did not do what it was told. Look at it on site.`,
      },
      link: noticeLink('command.failed', id),
      subject: { entity: 'command', id },
    });
  }

  return {
    close() {
      closed = true;
    },
  };
}
