import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../tools/ui-check/accessibility.ts';
import { readCatalogue } from '../tools/ui-check/catalogue.ts';
import { prepare } from '../tools/ui-check/in-page.ts';
import { isTechnical, jargonTexts } from '../tools/ui-check/jargon.ts';
import { foreignTexts, SentTexts } from '../tools/ui-check/language.ts';
import { emptyColumns, overflow } from '../tools/ui-check/layout.ts';
import { readOptions } from '../tools/ui-check/options.ts';
import { linksOf } from '../tools/ui-check/pages.ts';
import { bundleSize, firstContent, routeChanges } from '../tools/ui-check/speed.ts';
import { missingStates } from '../tools/ui-check/states.ts';
import { smallTargets } from '../tools/ui-check/targets.ts';
import { shownTexts } from '../tools/ui-check/texts.ts';
import { Visitor } from '../tools/ui-check/visitor.ts';
import { nothingWalked, walkPage } from '../tools/ui-check/walk.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

const catalogue = readCatalogue();

/** A page with one fault of each kind, beside the same things without one. */
const planted = `<!doctype html><html lang="zh-CN"><head><title>供应商</title></head><body style="margin:0">
  <main id="content"><h1>供应商</h1>
    <p>重试 <a href="#x">一个链接</a></p>
    <p data-testid="pale" style="color:#bbb;background:#fff">字太浅</p>
    <button data-testid="small" style="width:20px;height:20px;border:0;padding:0" aria-label="删除"></button>
    <button style="width:44px;height:44px;border:0;padding:0;margin-left:20px" aria-label="修改"></button>
    <p data-testid="jargon">接口的令牌</p><p>接口人王工</p>
    <p data-testid="english">Suppliers</p><p lang="en">Suppliers</p><p>worker-1</p>
    <div data-testid="wide" style="width:500px;height:4px"></div>
    <div style="overflow-x:auto"><div style="width:900px;height:4px"></div></div>
    <div style="overflow:hidden"><table data-testid="cut"><tbody><tr><td style="min-width:900px">一</td></tr></tbody></table></div>
    <div style="overflow-x:auto"><table><tbody><tr><td style="min-width:900px">一</td></tr></tbody></table></div>
  </main></body></html>`;
const board = (right: string) => `<!doctype html><html lang="zh-CN"><body>
  <div style="display:flex;height:600px"><section style="width:400px"><ul><li>一</li><li>二</li></ul></section>
  <main id="content" style="flex:1">${right}</main></div></body></html>`;
/** Lists hazards, and says nothing where it cannot. */
const silentPage = `<!doctype html><html lang="en"><body id="app"><main id="content"><ul></ul></main><script>
  const { token } = JSON.parse(sessionStorage.getItem('anshi.session'));
  fetch('/api/v1/hazards', { headers: { authorization: 'Bearer ' + token } })
    .then((answer) => answer.json())
    .then(({ items }) => items.forEach(({ no }) => {
      document.querySelector('ul').appendChild(document.createElement('li')).textContent = no + ' hazard';
    }), () => undefined);
</script></body></html>`;

describe('the check of the pages', () => {
  let world: SharedWorld;
  let browser: Browser;

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  async function show(html: string, width: number): Promise<Page> {
    const { page } = await openPage(browser, { viewport: { width, height: 844 } });
    await page.setContent(html);
    await prepare(page);
    return page;
  }
  const places = (faults: { selector: string }[]) => faults.map(({ selector }) => selector);

  it('finds what is planted, and nothing beside it', async () => {
    const page = await show(planted, 390);
    expect(places(await smallTargets(page))).toEqual(['[data-testid=small]']);
    expect(places(await accessibilityFaults(page))).toEqual(['[data-testid=pale]']);
    const cut = ['[data-testid=wide]', '[data-testid=cut]'];
    expect([...new Set(places(await overflow(page)))]).toEqual(cut);
    const sent = new SentTexts();
    sent.add({ note: '接口人王工' });
    expect(places(jargonTexts(await shownTexts(page), 'zh-CN', sent))).toEqual([
      '[data-testid=jargon]',
    ]);
    expect(['/admin/bus', '/cameras', '/hazards'].map(isTechnical)).toEqual([true, true, false]);
    expect(places(foreignTexts(await shownTexts(page), 'zh-CN', catalogue, sent))).toEqual([
      '[data-testid=english]',
    ]);
    await page.context().close();
  });

  it('finds a second column that is empty beside a list', async () => {
    const empty = await show(board('<div role="status">选一条</div>'), 1440);
    expect(places(await emptyColumns(empty))).toEqual(['#content']);
    await empty.context().close();
    const filled = await show(board('<h2>一号</h2><p>说明</p>'), 1440);
    expect(await emptyColumns(filled)).toEqual([]);
    await filled.context().close();
  });

  it('finds nothing on pages of a safety officer, and measures them', async () => {
    const { url, demoPassword } = world.plant;
    const visitor = await Visitor.signIn(browser, url, {
      username: 'safety',
      password: demoPassword,
    });
    const options = readOptions(['--widths', '390,1440', '--no-states']);
    const walked = nothingWalked();
    await visitor.look(1440, 'en', 'light');
    await visitor.visit('/me');
    expect((await linksOf(visitor)).map(({ path: to }) => to)).toEqual(
      expect.arrayContaining(['/hazards', '/suppliers']),
    );
    const page = { path: '/suppliers', route: '/suppliers', depth: 1 };
    await walkPage(visitor, 'safety-officer', page, options, catalogue, walked);
    expect(walked.findings).toEqual([]);
    expect(walked.views).toBe(8);
    // On a tablet a list of many columns has little room beside the menu.
    await visitor.look(820, 'en', 'light');
    await visitor.visit('/permits');
    expect(await visitor.page.getByRole('table').count()).toBe(1);
    expect(await overflow(visitor.page)).toEqual([]);
    expect(await missingStates(visitor, '/suppliers', catalogue)).toEqual([]);
    expect(await firstContent(visitor)).toBeGreaterThan(0);
    expect((await routeChanges(visitor, 3)).map(({ ms }) => ms > 0)).toEqual([true, true, true]);
    expect(await bundleSize(url)).toBeLessThan(250);
    await visitor.close();
  });

  it('finds a page that says nothing of a failure, of a wait and of an empty list', async () => {
    const { url, demoPassword } = world.plant;
    const visitor = await Visitor.signIn(browser, url, {
      username: 'safety',
      password: demoPassword,
    });
    await visitor.look(1440, 'en', 'light');
    await visitor.page.route(`${url}/planted`, (route) =>
      route.fulfill({ contentType: 'text/html', body: silentPage }),
    );
    const missing = await missingStates(visitor, '/planted', catalogue);
    expect(missing.map(({ check }) => check)).toEqual([
      'no-error-state',
      'no-loading-state',
      'no-empty-state',
    ]);
    await visitor.close();
  });
});
