/** Device names of Windows: a file of this name cannot be saved there. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const LONGEST = 120;

/**
 * Makes the name that a sender gave fit to be shown and saved under. It is never a path here; this
 * is for whoever downloads it, and for whoever reads it: marks that turn the direction of writing
 * would let `gpj.exe` look like a picture.
 *
 * @param extension of the type that the bytes show; it takes the place of the name's own.
 */
export function safeName(given: string, extension: string): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/(?<=.)\.[A-Za-z0-9]{1,8}$/, '')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const base = [...clean].slice(0, LONGEST).join('');
  const named = base === '' ? 'file' : RESERVED.test(base) ? `_${base}` : base;
  return named.toLowerCase().endsWith(`.${extension}`) ? named : `${named}.${extension}`;
}

/** The name while the type is not known yet, with the sender's own extension. */
export function announcedName(given: string): string {
  const extension = /\.([A-Za-z0-9]{1,8})$/.exec(given)?.[1]?.toLowerCase();
  const name = safeName(given, extension ?? 'bin');
  return extension ? name : name.slice(0, -'.bin'.length);
}

/** The header that makes browsers save a file under its name (RFC 6266, RFC 8187). */
export function disposition(how: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
