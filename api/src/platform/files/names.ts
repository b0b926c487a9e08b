/** Reserved device names of Windows. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const LONGEST = 120;

/**
 * Makes a sender's file name safe to display and to save. It is never used as a path here; this
 * protects readers and downloads: bidirectional control characters could make `gpj.exe` look like a
 * picture.
 *
 * @param extension of the detected type; replaces the name's own.
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

/** The name while the type is unknown, with the sender's extension. */
export function announcedName(given: string): string {
  const extension = /\.([A-Za-z0-9]{1,8})$/.exec(given)?.[1]?.toLowerCase();
  const name = safeName(given, extension ?? 'bin');
  return extension ? name : name.slice(0, -'.bin'.length);
}

/** The header with which browsers save a file under its name (RFC 6266, RFC 8187). */
export function disposition(how: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
