// Sets theme, plain mode and language before the first paint, so that neither flashes. A file, not an inline
// script, because the page runs under script-src 'self'. Keys as in src/lib/theme and src/lib/i18n.
(() => {
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const choice = read('anshi.theme');
  const system = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  const root = document.documentElement;
  root.dataset.theme = choice === 'light' || choice === 'dark' ? choice : system;
  root.toggleAttribute('data-plain', read('anshi.plain') === 'true');
  const kept = read('anshi.locale');
  const first = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag)) ?? 'en';
  const usual = /^zh/i.test(first) ? 'zh-CN' : 'en';
  const language = kept === 'en' || kept === 'zh-CN' ? kept : usual;
  root.lang = language;
  // The title under the icon of the installed app.
  if (language === 'en') {
    document
      .querySelector('link[rel="manifest"]')
      ?.setAttribute('href', '/manifest.en.webmanifest');
  }
})();
