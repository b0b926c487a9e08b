import type { Page } from 'playwright-core';

/** The moment that pages show, so that the pictures of each day are the same: a Wednesday morning. */
export const SHOWN_NOW = new Date('2026-10-14T10:24:00+08:00');

/** By how much times and days are moved, ms. */
interface Shift {
  ms: number;
  dayMs: number;
}

/**
 * Sets the clock of a page to {@link SHOWN_NOW} and moves all times of the answers of the API by the same
 * amount; times in its questions are moved back. The records are made around the real time, and look as if they were
 * made around the one shown. For pages that are opened later.
 *
 * @param realNow the moment that is shown as {@link SHOWN_NOW}.
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

/** The day in the time zone of the demonstration. */
function localDay(time: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(time);
}

/** A text with its times and days moved. Also runs in the page: it uses nothing from outside. */
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

/** Runs in the page, before its own code. */
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
