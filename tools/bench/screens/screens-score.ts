/** What the alarms of a run came to, ms. */
export interface AlarmScore {
  /** From the report to the last screen. */
  delays: number[];
  /** From the first screen to the last. */
  spreads: number[];
  /** From the report to each screen. */
  byScreen: number[][];
  /** From the report to the live message. */
  heard: number[];
  /** Alarms that a screen did not show before the next one was sent. */
  missed: number;
}

/**
 * Holds what the screens showed against what was sent: to each alarm belongs the first time between it and the next one.
 *
 * @param sent times of the reports, ascending.
 * @param shown times of each screen, ascending.
 * @param messages times of the live messages, ascending.
 */
export function scoreAlarms(
  sent: readonly number[],
  shown: readonly (readonly number[])[],
  messages: readonly number[],
): AlarmScore {
  const score: AlarmScore = {
    delays: [],
    spreads: [],
    byScreen: shown.map(() => []),
    heard: [],
    missed: 0,
  };
  for (const [n, at] of sent.entries()) {
    const until = sent[n + 1] ?? Number.POSITIVE_INFINITY;
    const within = (times: readonly number[]) => times.find((time) => time >= at && time < until);
    const times = shown.map(within);
    for (const [s, time] of times.entries()) {
      if (time !== undefined) score.byScreen[s]?.push(time - at);
    }
    const message = within(messages);
    if (message !== undefined) score.heard.push(message - at);
    const there = times.filter((time) => time !== undefined);
    if (there.length < shown.length) {
      score.missed += 1;
      continue;
    }
    score.delays.push(Math.max(...there) - at);
    score.spreads.push(Math.max(...there) - Math.min(...there));
  }
  return score;
}

/** The targets that are missed, in words. */
export function screenMisses(
  figures: { missed: number; alarmP95Ms: number; spreadP95Ms: number },
  targets: { alarmP95Ms: number; spreadMs: number },
): string[] {
  const misses: string[] = [];
  if (figures.missed > 0) misses.push(`${figures.missed} alarms are not on all screens`);
  if (figures.alarmP95Ms > targets.alarmP95Ms) {
    misses.push(`an alarm is on the last screen after ${Math.round(figures.alarmP95Ms)} ms`);
  }
  if (figures.spreadP95Ms > targets.spreadMs) {
    misses.push(`first and last screen are ${Math.round(figures.spreadP95Ms)} ms apart`);
  }
  return misses;
}
