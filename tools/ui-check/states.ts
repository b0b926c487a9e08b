import type { Route } from 'playwright-core';
import type { Catalogue } from './catalogue.ts';
import type { Check } from './findings.ts';
import { apiPath, type Visitor } from './visitor.ts';

/** How long a page may take to say in which state it is, ms. */
const SHORT = 5_000;

/** What a page lacks. */
export interface MissingState {
  check: Check;
  what: string;
}

/** Requests of the session and of the page's frame, which are answered as usual. */
const frame = /^\/api\/v1\/(auth|me\/settings|features|notices|live|push|me\/consents)\b/;

/**
 * Opens a page three times: its requests fail with 500, get no answer, and get lists without entries. A page that asks
 * for nothing needs none of these states, nor does one that shows the same without its answers, such as a form whose
 * choices the browser has kept.
 */
export async function missingStates(
  visitor: Visitor,
  path: string,
  catalogue: Catalogue,
): Promise<MissingState[]> {
  const { page } = visitor;
  await visitor.visit(path);
  const asked = [...visitor.read].filter((one) => !frame.test(one));
  if (asked.length === 0) return [];
  const filled = await contentOf(visitor, catalogue);
  const missing: MissingState[] = [];
  const what = asked.map((one) => one.replace('/api/v1', '').replace(/\w{26}/, ':id')).join(' ');
  const isOwn = ({ pathname }: URL) =>
    asked.includes(pathname) && apiPath(`http://a${pathname}`) !== null;
  const during = async (answer: (route: Route) => Promise<void>, look: () => Promise<void>) => {
    const handle = (route: Route) =>
      route.request().method() === 'GET' ? answer(route) : route.continue();
    await page.route(isOwn, handle);
    try {
      await look();
    } finally {
      await page.unroute(isOwn, handle);
    }
  };

  await during(
    (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: broken }),
    async () => {
      await visitor.visit(path, SHORT);
      const { alerts, text } = await contentOf(visitor, catalogue);
      if (alerts === 0 && text !== filled.text) missing.push({ check: 'no-error-state', what });
    },
  );

  const waiting: Route[] = [];
  await during(
    async (route) => void waiting.push(route),
    async () => {
      await page.goto(new URL(path, page.url()).href, { waitUntil: 'commit' });
      const isSaid = await page
        .waitForFunction(
          () =>
            document.querySelector(
              '.skeleton, [aria-busy=true], [role=progressbar], [role=status][aria-label]',
            ) !== null,
          undefined,
          { timeout: SHORT },
        )
        .then(
          () => true,
          () => false,
        );
      const { text } = await contentOf(visitor, catalogue);
      if (!isSaid && waiting.length > 0 && text !== filled.text)
        missing.push({ check: 'no-loading-state', what });
      for (const route of waiting) await route.abort().catch(() => undefined);
    },
  );

  let emptied = 0;
  await during(
    async (route) => {
      const answer = await route.fetch();
      const body: unknown = await answer.json().catch(() => null);
      if (!isList(body)) return route.fulfill({ response: answer });
      emptied += 1;
      return route.fulfill({ response: answer, json: { ...body, items: [], nextCursor: null } });
    },
    async () => {
      await visitor.visit(path, SHORT);
      const empty = await contentOf(visitor, catalogue);
      const isMissing = filled.entries > 0 && empty.entries === 0 && !empty.saysEmpty;
      if (emptied > 0 && isMissing)
        missing.push({
          check: 'no-empty-state',
          what: `${filled.entries} entries are gone without a word`,
        });
    },
  );
  return missing;
}

const broken = JSON.stringify({
  type: 'about:blank',
  title: 'Internal Server Error',
  status: 500,
  code: 'internal',
  detail: 'planted by the check',
});

const isList = (body: unknown): body is { items: unknown[] } =>
  typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);

/** What a page says about its state, without its menu and its header; the list of a board stands beside its content. */
async function contentOf({ page }: Visitor, { emptyTexts }: Catalogue) {
  return page.evaluate(
    (texts) => {
      const said = new Set(texts);
      const shown = (selector: string) =>
        [...document.querySelectorAll(selector)].filter(
          (one) => one.checkVisibility() && one.closest('nav, header') === null,
        );
      const messages = shown('[role=status]:not([aria-label]), [data-testid=empty]');
      const words = shown('#app *').flatMap((one) =>
        [...one.childNodes].flatMap((node) =>
          node.nodeType === Node.TEXT_NODE ? [node.textContent?.trim() ?? ''] : [],
        ),
      );
      return {
        // Times and counts differ at each visit.
        text: words.join(' ').replaceAll(/[\d:/.,%-]+/g, '#'),
        alerts: shown(
          '[role=alert], [data-testid=error], [data-testid=toast], [data-testid=forbidden]',
        ).length,
        entries: shown('tbody tr, [role=listitem], li').length,
        saysEmpty:
          messages.some((one) => one.textContent?.trim()) || words.some((text) => said.has(text)),
      };
    },
    [...emptyTexts],
  );
}
