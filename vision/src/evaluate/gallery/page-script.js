// Filters, language and theme of the page. It runs inside the page, without modules.
(() => {
  const root = document.documentElement;
  const cards = [...document.querySelectorAll('.card')];
  const sections = [...document.querySelectorAll('section')];
  const shown = document.querySelector('#shown');
  const nothing = document.querySelector('#nothing');

  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`)?.value ?? '';

  const filter = () => {
    const wanted = ['kind', 'set', 'class'].map((name) => [name, chosen(name)]);
    let count = 0;
    for (const card of cards) {
      card.hidden = !wanted.every(([name, value]) => value === '' || card.dataset[name] === value);
      if (!card.hidden) count += 1;
    }
    for (const section of sections) {
      const left = section.querySelectorAll('.card:not([hidden])').length;
      section.hidden = left === 0;
      section.querySelector('.count').textContent = String(left);
    }
    shown.textContent = `${count} / ${cards.length}`;
    nothing.hidden = count > 0;
  };

  const speak = (language) => {
    root.dataset.lang = language;
    root.lang = language;
  };

  document.addEventListener('change', filter);
  document.querySelector('#language').addEventListener('click', () => {
    speak(root.dataset.lang === 'zh' ? 'en' : 'zh');
  });
  document.querySelector('#theme').addEventListener('click', () => {
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
    const now = root.dataset.theme ?? (isDark ? 'dark' : 'light');
    root.dataset.theme = now === 'dark' ? 'light' : 'dark';
  });
  if (!navigator.language.startsWith('zh')) speak('en');
  filter();
})();
