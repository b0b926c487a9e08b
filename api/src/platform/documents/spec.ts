/** The language of a document, and of its fixed words. */
export type DocumentLanguage = 'zh' | 'en';

/** A part of a document, from top to bottom. All of it can be sent to another thread. */
export type Block =
  | { type: 'heading'; text: string }
  | { type: 'text'; text: string; muted?: boolean }
  /** Label and value, a row each. */
  | { type: 'facts'; rows: readonly (readonly [label: string, value: string])[] }
  | { type: 'list'; items: readonly string[] }
  /** A JPEG, as wide as the page allows. */
  | { type: 'picture'; jpeg: Uint8Array; caption: string };

/** What every page says of the document, and how it can be checked. */
interface Verifiable {
  language: DocumentLanguage;
  title: string;
  /** By which the document is found again, see `codes.ts`. */
  code: string;
  /** The address of the page that checks the code: printed as a QR code. */
  link: string;
}

/** A document of pages (A4). */
export interface PageSpec extends Verifiable {
  layout: 'pages';
  subtitle: string;
  blocks: readonly Block[];
}

/** A label of 100 x 62 mm, to be stuck on a storage medium, a folder or a machine. */
export interface LabelSpec extends Verifiable {
  layout: 'label';
  lines: readonly string[];
}

export type DocumentSpec = PageSpec | LabelSpec;

/** A drawn document. */
export interface DrawnDocument {
  /** PDF. */
  bytes: Uint8Array;
  pages: number;
}
