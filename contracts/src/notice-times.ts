/** A time in the text of a notice: `{t:2026-12-03T10:00:00Z}` an instant, `{d:2026-12-31}` a day. */
const MARK = /\{(?:t:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)|d:(\d{4}-\d\d-\d\d))\}/g;

/** How the reader's side writes times. */
export interface TimeWords {
  /** @param instant in UTC, `2026-12-03T10:00:00Z`. */
  instant(instant: string): string;
  /** @param day `2026-12-31`. */
  day(day: string): string;
}

/** Writes the times of a notice's text. A text of before has none, and stays; so does a mark of no time. */
export const fillTimes = (text: string, words: TimeWords): string =>
  text.replace(MARK, (mark, instant: string | undefined, day: string | undefined) => {
    if (Number.isNaN(Date.parse(instant ?? day ?? ''))) return mark;
    return instant ? words.instant(instant) : words.day(day ?? '');
  });

/** Keeps what a person typed in the form of a mark: an invisible word joiner makes it plain text. */
export const asTyped = (text: string): string =>
  text.replace(MARK, (mark) => `{\u2060${mark.slice(1)}`);
