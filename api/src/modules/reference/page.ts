/** The languages of the product. */
export type Language = 'zh' | 'en';

const words = {
  zh: { title: '安视接口文档', http: 'HTTP 接口', bus: '消息总线（MQTT）', back: '返回安视' },
  en: { title: 'Anshi interfaces', http: 'HTTP API', bus: 'Bus (MQTT)', back: 'Back to Anshi' },
} as const;

/** The HTML page of the reference. All resources come from this server; nothing is inline. */
export function referencePage(language: Language): string {
  const { title, back } = words[language];
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/api/docs/page.css">
</head>
<body>
<nav><a href="/admin/interfaces">${back}</a></nav>
<main id="reference"></main>
<script src="/api/docs/scalar.js"></script>
<script src="/api/docs/start.js?lang=${language}"></script>
</body>
</html>
`;
}

export const PAGE_STYLE = `body { margin: 0; }
nav { padding: .5rem 1rem; font: 14px/1.5 system-ui, sans-serif; }
nav a { color: inherit; }
body, nav { background: #fff; color: #1a1a1a; }
@media (prefers-color-scheme: dark) { body, nav { background: #0f0f0f; color: #e7e7e7; } }
`;

/** Starts the renderer, with all external requests disabled. */
export function startScript(language: Language): string {
  const { http, bus } = words[language];
  const description = language === 'zh' ? '/api/openapi.json?lang=zh' : '/api/openapi.json';
  const configuration = {
    sources: [
      { title: http, slug: 'http', url: description, default: true },
      { title: bus, slug: 'bus', url: '/api/asyncapi.json' },
    ],
    localization: { locale: language === 'zh' ? 'zh' : 'en' },
    agent: { disabled: true },
    mcp: { disabled: true },
    telemetry: false,
    withDefaultFonts: false,
    hideClientButton: true,
    showDeveloperTools: 'never',
    documentDownloadType: 'json',
    persistAuth: false,
    operationTitleSource: 'summary',
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  };
  return `window.Scalar.createApiReference('#reference', ${JSON.stringify(configuration)});\n`;
}
