import { createHash } from 'node:crypto';

/** The digests of the files that a model's card names. */
export interface CardDigests {
  readonly weights: { readonly sha256: string };
  /** The classifier of a detector; left out where the model is one file. */
  readonly verdict?: { readonly weights: { readonly sha256: string } } | undefined;
}

/** A model as the result of a bench names it. */
export interface BenchedModel {
  readonly name: string;
  readonly version: string;
  /** {@link modelDigest}. */
  readonly sha256: string;
}

/**
 * The digest of all weights of a model, by which a bench result is matched with a version that runs: that of
 * its file, or, of a detector with a classifier, the SHA-256 of both digests in hexadecimal with a line break
 * between them. A model of one file thus keeps the digest under which it is stored.
 *
 * For node only, therefore not in the index that browsers load.
 *
 * @returns 64 hexadecimal digits.
 */
export function modelDigest({ weights, verdict }: CardDigests): string {
  if (!verdict) return weights.sha256;
  return createHash('sha256').update(`${weights.sha256}\n${verdict.weights.sha256}`).digest('hex');
}

/** What a bench result says about a model, from its card, whose loader has compared the digests with the files. */
export function benched(
  card: CardDigests & { readonly name: string; readonly version: string },
): BenchedModel {
  return { name: card.name, version: card.version, sha256: modelDigest(card) };
}
