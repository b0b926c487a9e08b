import type { CameraConfig } from '@anshi/contracts';
import type { PpeCard } from '../detect/model-card.ts';
import { searchTiles } from '../detect/search-tiles.ts';

/** Where all that is optional is left out, distant people are searched for this many times less often. */
const SEARCH_UNDER_LOAD = 3;
/** A tile of a scene that stays empty and still is searched this many times less often. */
const SEARCH_WHILE_STILL = 3;
/** Searches without a person since the last motion, from which on a tile counts as empty: one may miss a person. */
const EMPTY_SEARCHES = 2;

/** A frame that may be searched. */
interface SearchRequest {
  /** Stream clock, milliseconds. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
  /** How much of the optional work is left out, 0 to 1. */
  readonly shedding: number;
  /** Since when no person has been tracked and nothing has moved, stream clock; undefined while one is tracked or something moves. */
  readonly stillSince: number | undefined;
}

/**
 * Decides in which frames which tile of the picture is searched for people who are too distant for the full pass:
 * each tile once in `searchSeconds`, a third as often under load. While no person is tracked and nothing moves, a tile in
 * which no person was found twice since the last motion is searched a third as often, too: a person who comes moves.
 */
export class DistantSearch {
  readonly #card: PpeCard;
  /** The next tile, and the time of the last search. */
  #next = { tile: 0, at: Number.NEGATIVE_INFINITY };
  /** Of each tile, when it was searched without finding a person, stream clock: the last searches, newest first. */
  readonly #searched = new Map<number, readonly number[]>();
  /** The tile of the frame in progress. */
  #asked: { readonly tile: number; readonly at: number } | undefined;
  #size = '';

  constructor(card: PpeCard) {
    this.#card = card;
  }

  /** @returns the counter of the tile to search in this frame; nothing where none is due. */
  due({ closeLooks, rules }: CameraConfig, request: SearchRequest): { search?: number } {
    this.#asked = undefined;
    if (rules.length === 0 || closeLooks.perFrame === 0 || closeLooks.searchSeconds === 0)
      return {};
    const { at: now, width, height, shedding, stillSince } = request;
    const tiles = searchTiles(this.#card, request).length;
    if (tiles === 0) return {};
    if (this.#size !== `${width}x${height}`) this.#searched.clear();
    this.#size = `${width}x${height}`;
    const interval =
      ((1000 * closeLooks.searchSeconds) / tiles) * (1 + shedding * (SEARCH_UNDER_LOAD - 1));
    const { at, tile } = this.#next;
    const waited = now - at;
    if (waited >= 0 && waited < interval) return {};
    // Frame times are irregular; a missed search is not made up for.
    const isLate = waited < 0 || waited >= 2 * interval;
    this.#next = { tile: tile + 1, at: isLate ? now : at + interval };
    const rarely = 1000 * closeLooks.searchSeconds * SEARCH_WHILE_STILL;
    if (this.#isKnownEmpty(tile % tiles, now, stillSince, rarely - interval / 2)) return {};
    this.#asked = { tile: tile % tiles, at: now };
    return { search: tile };
  }

  /**
   * The frame of this time was analysed.
   *
   * @param isEmpty whether no person was found in it, not even with a low score.
   */
  done(at: number, isEmpty: boolean): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked?.at !== at) return;
    const before = this.#searched.get(asked.tile) ?? [];
    this.#searched.set(asked.tile, isEmpty ? [at, ...before].slice(0, EMPTY_SEARCHES) : []);
  }

  #isKnownEmpty(
    tile: number,
    now: number,
    stillSince: number | undefined,
    longest: number,
  ): boolean {
    const searched = this.#searched.get(tile) ?? [];
    if (stillSince === undefined || searched.length < EMPTY_SEARCHES) return false;
    const age = now - searched[0]!;
    return searched.every((at) => at >= stillSince) && age >= 0 && age < longest;
  }
}
