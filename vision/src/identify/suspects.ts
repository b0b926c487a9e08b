/**
 * Badges that were handed over in view: no name until a person has looked. The API holds them for all workers; what was found
 * here counts at once, and until the API holds it.
 */
export class Suspects {
  readonly #found = new Set<string>();
  #told: ReadonlySet<string> = new Set();

  has(badge: string): boolean {
    return this.#found.has(badge) || this.#told.has(badge);
  }

  /** Found here. */
  add(badge: string): this {
    this.#found.add(badge);
    return this;
  }

  /** All that the API holds now. @returns those that it holds no more, as a person has looked. */
  tell(badges: readonly string[]): string[] {
    const before = this.#told;
    this.#told = new Set(badges);
    for (const badge of badges) this.#found.delete(badge);
    return [...before].filter((badge) => !this.has(badge));
  }

  /** A badge is no longer to be used. */
  delete(badge: string): void {
    this.#found.delete(badge);
  }
}
