import { parseXml, type XmlDocument, XmlElement } from '@rgrove/parse-xml';

/** A document or an element of it. */
export type Xml = XmlDocument | XmlElement;

/**
 * Reads what a device sent. The caller limits its size, since it is read at once.
 *
 * @throws Error where it is no XML, or has a document type, which SOAP forbids.
 */
export function readXml(text: string): XmlDocument {
  if (/<!DOCTYPE/i.test(text)) throw new Error('a document type is not allowed');
  return parseXml(text);
}

/** The name without its prefix, which each device chooses for itself. */
const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** All elements at a path of names without prefixes; none where it is not there. */
export function allAt(of: Xml | undefined, ...path: readonly string[]): XmlElement[] {
  let found: Xml[] = of === undefined ? [] : [of];
  for (const name of path) {
    found = found.flatMap(({ children }) =>
      (children as readonly unknown[]).filter(
        (one): one is XmlElement => one instanceof XmlElement && localName(one.name) === name,
      ),
    );
  }
  return found.filter((one): one is XmlElement => one instanceof XmlElement);
}

/** The text of the first element at a path; null where there is none, or it is empty. */
export const textAt = (of: Xml | undefined, ...path: readonly string[]): string | null =>
  allAt(of, ...path)[0]?.text.trim() || null;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
/** A text as content of an element or of an attribute. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? '');
