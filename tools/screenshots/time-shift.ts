import type { Page } from 'playwright-core';

/** The fixed time that pages show, so that screenshots do not depend on the day: a Wednesday morning. */
export const SHOWN_NOW = new Date('2026-10-14T10:24:00+08:00');

/** Offset of instants and of calendar days, ms. */
interface Shift {
  ms: number;
  dayMs: number;
}

/**
 * Sets the clock of a page to {@link SHOWN_NOW}, adds the same offset to all times in responses of the API, and subtracts it
 * from times in query parameters. Records of today look as if they were of the shown day. Applies to pages that are opened later.
 *
 * @param realNow the time that is shown as {@link SHOWN_NOW}.
 */
export async function shiftTime(page: Page, realNow: Date): Promise<void> {
  await page.clock.setFixedTime(SHOWN_NOW);
  const dayOf = (time: Date) => Date.parse(`${localDay(time)}T00:00:00Z`);
  const shift = {
    ms: SHOWN_NOW.getTime() - realNow.getTime(),
    dayMs: dayOf(SHOWN_NOW) - dayOf(realNow),
  };
  const script = `(${shiftFetch.toString()})(${movedTimes.toString()}, ${JSON.stringify(shift)})`;
  await page.addInitScript(script);
}

/** Calendar day in the time zone of the demonstration, `2026-10-14`. */
function localDay(time: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(time);
}

/** Adds the offset to all ISO times and days in a text. Serialised into the page: it must not use anything of this module. */
export function movedTimes(text: string, { ms, dayMs }: Shift): string {
  const times =
    /\b(20\d\d-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?(?![\d-])/g;
  return text.replace(times, (whole, day: string, clock: string | undefined) => {
    const at = Date.parse(clock ? whole : `${day}T00:00:00Z`);
    if (Number.isNaN(at)) return whole;
    const then = new Date(at + (clock ? ms : dayMs)).toISOString();
    return clock ? then : then.slice(0, 10);
  });
}

/** Wraps `fetch`. Runs in the page before its own scripts. */
function shiftFetch(moved: typeof movedTimes, shift: Shift): void {
  const back = { ms: -shift.ms, dayMs: -shift.dayMs };
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const asked = new Request(input, init);
    const url = new URL(asked.url);
    if (!url.pathname.startsWith('/api/')) return send(asked);
    for (const [name, value] of [...url.searchParams]) {
      url.searchParams.set(name, moved(value, back));
    }
    const answer = await send(asked.method === 'GET' ? new Request(url, asked) : asked);
    const headers = new Headers(answer.headers);
    const date = headers.get('date');
    if (date) headers.set('date', new Date(Date.parse(date) + shift.ms).toUTCString());
    const { status, statusText } = answer;
    const isJson = (headers.get('content-type') ?? '').includes('json');
    if (!isJson || status === 204 || status === 304) return answer;
    return new Response(moved(await answer.text(), shift), { status, statusText, headers });
  };
}
