import {
  type ActuatorState,
  type Command,
  type CommandResult,
  command,
  commandTiming,
  type Outputs,
  topics,
} from '@anshi/contracts';
import { actuatorBusKey, signatureFault, signMessage } from '@anshi/contracts/bus-signature';
import mqtt from 'mqtt';
import { BUS_KEYS_SECRET, busUser, type Site, until } from './site.ts';

/** What a device of a test says to a command; null for nothing. */
export type Answering = (given: Command, times: number) => Partial<CommandResult>[] | null;

/** Does what it is told, as a beacon does. */
export const obedient: Answering = ({ action, parameters }) => {
  const readBack: Outputs =
    action === 'test'
      ? { light: 'flash', sound: true }
      : action === 'signal'
        ? { light: parameters.light ?? 'off', sound: parameters.sound ?? false }
        : { light: 'off', sound: false };
  return [{ result: 'accepted' }, { result: 'done', readBack }];
};

/**
 * A device that takes commands, on a session that the broker keeps while it is away. It looks at times
 * and signatures as a device must; what it answers is the test's.
 */
export async function startActuator(
  site: Pick<Site, 'broker' | 'busUsers'>,
  name: string,
  answering: Answering = obedient,
) {
  const { url, options } = busUser(site, 'actuator', name);
  const key = actuatorBusKey(BUS_KEYS_SECRET, 'demo', name);
  const topic = topics.command('demo', name);
  const heard: Command[] = [];
  /** Ids that were carried out, in order. */
  const carriedOut: string[] = [];
  let answer = answering;
  let client = await connect();

  async function connect() {
    const made = mqtt.connect(url, { ...options, clean: false });
    made.on('error', () => {});
    made.on('message', (on, payload) => {
      const message: unknown = JSON.parse(payload.toString());
      if (on !== topic || signatureFault(key, topic, payload) !== null) return;
      const given = command.parse(message);
      heard.push(given);
      const timing = commandTiming(given);
      if (timing !== 'due') {
        reply(given.id, { result: 'refused', fault: 'late' });
        return;
      }
      const times = heard.filter(({ id }) => id === given.id).length;
      const words = answer(given, times) ?? [];
      if (!carriedOut.includes(given.id) && words.some(({ result }) => result === 'done')) {
        carriedOut.push(given.id);
      }
      for (const word of words) reply(given.id, word);
    });
    await new Promise<void>((resolve) => made.once('connect', () => resolve()));
    await made.subscribeAsync(topic, { qos: 1 });
    return made;
  }

  function signed(id: string, word: Partial<CommandResult>, by = key) {
    const result: CommandResult = {
      id,
      device: name,
      result: 'done',
      fault: null,
      readBack: null,
      at: new Date().toISOString(),
      ...word,
    };
    return signMessage(by, topics.commandResults('demo', name), result);
  }
  const send = (id: string, word: Partial<CommandResult>, by = key) =>
    client.publishAsync(topics.commandResults('demo', name), signed(id, word, by), { qos: 1 });

  /** What comes while the test ends gets no answer. */
  const reply = (id: string, word: Partial<CommandResult>) => void send(id, word).catch(() => {});

  return {
    name,
    heard,
    carriedOut,
    send,
    /** From now on it answers so. */
    answerWith(next: Answering): void {
      answer = next;
    },
    tell(state: Partial<ActuatorState> = {}, by = key) {
      const on = topics.actuatorState('demo', name);
      const whole: ActuatorState = {
        device: name,
        online: true,
        outputs: { light: 'off', sound: false },
        until: null,
        at: new Date().toISOString(),
        ...state,
      };
      const text = signMessage(by, on, whole);
      return client.publishAsync(on, text, { qos: 1, retain: true });
    },
    /** The device is away; the broker keeps what comes for it. */
    leave: () => client.endAsync(),
    async comeBack() {
      // One that reconnects by itself after a restart of the broker would take the session of the new one.
      await client.endAsync(true);
      client = await connect();
    },
    hears: (count: number) => until(() => heard.length >= count, `${name} hears ${count}`),
    stop: () => client.endAsync(true),
  };
}
export type TestActuator = Awaited<ReturnType<typeof startActuator>>;
