import { existsSync } from 'node:fs';
import {
  type CameraConfig,
  MOST_REPLAYED,
  type ReplayedNearMiss,
  type ReplayedRecord,
  type ReplayResult,
} from '@anshi/contracts';
import type { ConfirmedVerdict } from '../judge/verdict.ts';
import { watchesOf } from '../judge/watches.ts';
import { type NearMiss, NearMisses } from './near-misses.ts';
import type { SeenPerson } from './place.ts';
import { readRecorded } from './read.ts';
import type { RecordedItem } from './recorded-lines.ts';
import { type Judged, Replay } from './replay.ts';

/** What a thread replays. */
export interface ReplayOrder {
  readonly files: readonly string[];
  /** Null: as it was recorded. */
  readonly config: CameraConfig | null;
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** What the thread says. */
export type ReplayTold =
  | { readonly progress: number }
  | { readonly result: ReplayResult }
  | { readonly problem: string };

/** Before the asked time, so that who is there at its begin is known: at least, and at most, ms. */
const WARM_UP = { least: 60_000, most: 4 * 3_600_000 } as const;
/** Without a draft, the confirm times are not known before it is read. */
const WARM_UP_UNKNOWN_MS = 15 * 60_000;
/** A longer time without observations is said to be one, ms. */
const GAP_MS = 10_000;
/** Progress is told so often, in observations. */
const TELL_EVERY = 500;

/** How long before its begin a replay has to start. */
export function warmUp(config: CameraConfig | null): number {
  if (!config) return WARM_UP_UNKNOWN_MS;
  const confirm = watchesOf(config.rules).map((watch) => Math.max(watch.confirm, watch.doubt));
  return Math.min(WARM_UP.most, Math.max(WARM_UP.least, 1.5 * Math.max(0, ...confirm)));
}

/**
 * Replays recorded files of a camera: what would have been recorded in a time, and what almost.
 *
 * @param onProgress called with a share of 1.
 * @throws RecordedError
 */
export async function replayFiles(
  { files, config, from, to }: ReplayOrder,
  onProgress: (share: number) => void,
): Promise<ReplayResult> {
  const replay = new Replay(config);
  const misses = new NearMisses();
  const found = new Found(from, to);
  const begin = from - warmUp(config);
  const left = { torn: 0 };
  for (const listed of files) {
    // Packed, or purged, since they were listed.
    const file = [listed, `${listed}.zst`].find((path) => existsSync(path));
    if (!file) continue;
    for await (const { item } of readRecorded(file, left)) {
      const at = timeOf(item);
      if (at !== undefined && (at < begin || at >= to)) continue;
      const judged = replay.take(item);
      if (!judged) continue;
      found.take(judged, item, misses.take(judged));
      if (found.judged % TELL_EVERY === 0) {
        onProgress(Math.min(1, Math.max(0, (judged.at - begin) / (to - begin))));
      }
    }
  }
  found.end(misses.end(found.last));
  return { ...found.result(), torn: left.torn };
}

function timeOf(item: RecordedItem): number | undefined {
  if (item.kind === 'frame') return item.frame.at;
  return item.kind === 'observation' ? Date.parse(item.observation.at) : undefined;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Collects the result, which is bounded. */
class Found {
  judged = 0;
  last = Number.NEGATIVE_INFINITY;
  readonly #from: number;
  readonly #to: number;
  readonly #records = new Map<string, ReplayedRecord & { endedAt: string | null }>();
  readonly #misses: ReplayedNearMiss[] = [];
  readonly #watched: { from: number; to: number }[] = [];
  readonly #hidden = new Map<string, { tracks: Set<string>; sightings: number }>();
  #observations = 0;
  #inAll = { records: 0, nearMisses: 0 };

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  take(judged: Judged, item: RecordedItem, misses: readonly NearMiss[]): void {
    this.judged++;
    this.last = judged.at;
    for (const verdict of judged.verdicts) {
      if (verdict.type === 'confirmed') this.#add(verdict);
      else if (verdict.type === 'ended') {
        const record = this.#records.get(verdict.violation);
        if (record) record.endedAt = iso(verdict.endedAt);
      }
    }
    this.end(misses);
    if (judged.at < this.#from) return;
    this.#observations++;
    this.#watch(judged.at);
    const people: readonly SeenPerson[] =
      item.kind === 'frame'
        ? item.frame.people
        : item.kind === 'observation'
          ? item.observation.people
          : [];
    for (const { box, track } of people) {
      const mask = judged.placement.maskOf(box);
      if (mask === undefined) continue;
      const known = this.#hidden.get(mask) ?? { tracks: new Set(), sightings: 0 };
      this.#hidden.set(mask, known);
      known.tracks.add(track);
      known.sightings++;
    }
  }

  end(misses: readonly NearMiss[]): void {
    for (const miss of misses) {
      if (miss.at < this.#from || miss.at >= this.#to) continue;
      this.#inAll.nearMisses++;
      if (this.#misses.length >= MOST_REPLAYED.nearMisses) continue;
      this.#misses.push({ ...miss, from: iso(miss.from), at: iso(miss.at) });
    }
  }

  result(): Omit<ReplayResult, 'torn'> {
    return {
      observations: this.#observations,
      watched: this.#watched.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
      records: [...this.#records.values()],
      recordsInAll: this.#inAll.records,
      nearMisses: this.#misses,
      nearMissesInAll: this.#inAll.nearMisses,
      hidden: [...this.#hidden].map(([mask, { tracks, sightings }]) => ({
        mask,
        people: tracks.size,
        sightings,
      })),
    };
  }

  #add(verdict: ConfirmedVerdict): void {
    if (verdict.confirmedAt < this.#from || verdict.confirmedAt >= this.#to) return;
    this.#inAll.records++;
    if (this.#records.size >= MOST_REPLAYED.records) return;
    const { violation: id, ruleId, rule, item, zone, line, subject, tracks } = verdict;
    this.#records.set(id, {
      id,
      ruleId,
      rule,
      item,
      zone,
      line,
      subject,
      track: subject === 'person' ? (tracks.at(-1) ?? null) : null,
      startedAt: iso(verdict.startedAt),
      confirmedAt: iso(verdict.confirmedAt),
      endedAt: null,
    });
  }

  #watch(at: number): void {
    const last = this.#watched.at(-1);
    if (last && at - last.to <= GAP_MS && at >= last.from) last.to = at;
    else if (this.#watched.length < MOST_REPLAYED.watched) this.#watched.push({ from: at, to: at });
    // The rest as one, rather than a time of which nothing is said.
    else if (last) last.to = Math.max(last.to, at);
  }
}
