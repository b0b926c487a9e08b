/** What is wrong with a pack, at one place of it. */
export interface PackFlaw {
  /**
   * `changed`: not what was signed. `swapped`: the bytes of another file of the pack. `cut`: shorter than what was
   * signed. `re-dated`: another time than the signed one. `removed`: named, and not there. `added`: there, and not
   * named. `signature`: not signed as it should be. `key`: signed by a key that does not count.
   */
  kind: 'changed' | 'swapped' | 'cut' | 're-dated' | 'removed' | 'added' | 'signature' | 'key';
  /** A file of the pack, a finding, or a line of the audit log. */
  place: string;
  detail: string;
}

/** Collects flaws; of several about the same place and kind the first counts. */
export class Flaws {
  readonly list: PackFlaw[] = [];
  readonly #seen = new Set<string>();

  add(kind: PackFlaw['kind'], place: string, detail: string): void {
    const key = `${kind} ${place}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.list.push({ kind, place, detail });
  }

  /** Whether this place has a flaw of its bytes already. */
  hasBytesOf(place: string): boolean {
    return (['changed', 'swapped', 'cut', 'removed'] as const).some((kind) =>
      this.#seen.has(`${kind} ${place}`),
    );
  }
}

/** The digest and the size of a file. */
export interface Digest {
  sha256: string;
  bytes: number;
}

/**
 * Says how a file differs from what it should be.
 *
 * @param actual null where it is not there.
 * @param others digests of the other files, as they should be or are, by path.
 */
export function compareFile(
  flaws: Flaws,
  path: string,
  expected: Digest,
  actual: Digest | null,
  others: ReadonlyMap<string, string>,
): void {
  if (flaws.hasBytesOf(path) || actual?.sha256 === expected.sha256) return;
  const from = [...others].find(([other, sha]) => other !== path && sha === actual?.sha256);
  if (!actual) flaws.add('removed', path, 'the file is not in the pack');
  else if (from) flaws.add('swapped', path, `it holds what was signed as ${from[0]}`);
  else if (actual.bytes < expected.bytes) {
    flaws.add('cut', path, `${actual.bytes} of ${expected.bytes} bytes are there`);
  } else flaws.add('changed', path, 'its bytes are not those that were signed');
}
