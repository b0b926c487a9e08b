import { readFile, rename } from 'node:fs/promises';
import {
  type AlarmAnswer,
  type AlarmRules,
  alarmAnswer,
  alarmRules,
  type CommandResult,
  commandResult,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

/** Answers are kept for what comes again; commands and alarms are over after minutes. */
const MOST_ANSWERS = 500;

const content = z.object({
  version: z.literal(1),
  /** Ids that were begun, with the answer once there is one. */
  commands: z.array(z.tuple([z.string(), commandResult.nullable()])),
  alarms: z.array(z.tuple([z.string(), alarmAnswer.nullable()])),
  rules: alarmRules.nullable(),
});

/**
 * What a device has begun and answered, on the disk before it is done: an id is carried out once, also
 * where the process is killed in between. What was begun and has no answer is not known to be done.
 */
export class Journal {
  readonly #file: string;
  readonly #commands: Map<string, CommandResult | null>;
  readonly #alarms: Map<string, AlarmAnswer | null>;
  #rules: AlarmRules | null;
  /** The rules on the disk, without their time. */
  #onDisk: string | null;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  private constructor(file: string, kept: z.infer<typeof content> | null) {
    this.#file = file;
    this.#commands = new Map(kept?.commands);
    this.#alarms = new Map(kept?.alarms);
    this.#rules = kept?.rules ?? null;
    this.#onDisk = this.#rules && withoutTime(this.#rules);
  }

  /** Reads what an earlier run left; a file that cannot be read is set aside, not fatal. */
  static async open(file: string, log: Logger): Promise<Journal> {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) return new Journal(file, null);
    try {
      return new Journal(file, content.parse(JSON.parse(text)));
    } catch (err) {
      const aside = `${file}.damaged-${Date.now()}`;
      await rename(file, aside);
      log.error({ err, aside }, 'the journal of a device cannot be read, and is set aside');
      return new Journal(file, null);
    }
  }

  /** Undefined: never heard; null: begun, and not answered. */
  command(id: string): CommandResult | null | undefined {
    return this.#commands.get(id);
  }
  alarm(id: string): AlarmAnswer | null | undefined {
    return this.#alarms.get(id);
  }
  get rules(): AlarmRules | null {
    return this.#rules;
  }

  /** Settles when it is on the disk. @throws Error where the disk does not take it. */
  async setCommand(id: string, answer: CommandResult | null): Promise<void> {
    limited(this.#commands, id, answer);
    await this.#save();
  }
  async setAlarm(id: string, answer: AlarmAnswer | null): Promise<void> {
    limited(this.#alarms, id, answer);
    await this.#save();
  }
  async setRules(rules: AlarmRules): Promise<void> {
    this.#rules = rules;
    // They come each minute with a new time: the disk is not written for that alone.
    const text = withoutTime(rules);
    if (text === this.#onDisk) return;
    await this.#save();
    this.#onDisk = text;
  }

  /** What is set while a write runs is in the next one, which all of them wait for. */
  #save(): Promise<void> {
    if (this.#next) return this.#next;
    const next = this.#writing
      .catch(() => {})
      .then(() => {
        this.#next = null;
        const kept: z.infer<typeof content> = {
          version: 1,
          commands: [...this.#commands],
          alarms: [...this.#alarms],
          rules: this.#rules,
        };
        return writeFileAtomic(this.#file, JSON.stringify(kept), { mode: 0o600 });
      });
    this.#next = next;
    this.#writing = next;
    return next;
  }
}

const withoutTime = (rules: AlarmRules) => JSON.stringify({ ...rules, at: null });

function limited<Answer>(map: Map<string, Answer>, id: string, answer: Answer): void {
  map.set(id, answer);
  for (const oldest of map.keys()) {
    if (map.size <= MOST_ANSWERS) break;
    map.delete(oldest);
  }
}
