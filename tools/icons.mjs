import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/*
 * Draws the icons of the installed app from the logo: `node tools/icons.mjs`. They are
 * committed; run it again when dashboard/static/favicon.svg changes.
 */
const statics = join(import.meta.dirname, '../dashboard/static');
const folder = join(statics, 'icons');
const logo = readFileSync(join(statics, 'favicon.svg'), 'utf8');
mkdirSync(folder, { recursive: true });

/** @param {string} svg @param {number} size @param {string} name */
const draw = (svg, size, name) =>
  sharp(Buffer.from(svg), { density: 1200 }).resize(size, size).png().toFile(join(folder, name));

await draw(logo, 192, 'icon-192.png');
await draw(logo, 512, 'icon-512.png');
await draw(logo, 180, 'apple-180.png');

// Systems crop a maskable icon to their own shape: the mark stays within the central 80 %.
const square = logo.replace('rx="7"', '');
const inner = square.replace(/<rect[^>]*\/>/, '').replace(/<\/?svg[^>]*>/g, '');
await draw(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none"><rect width="32" height="32" fill="#0b1013"/><g transform="translate(3.2 3.2) scale(0.8)">${inner}</g></svg>`,
  512,
  'maskable-512.png',
);

// The badge of a notification uses its alpha channel only.
const white = inner.replace(/#3cc7da|#e8eff1/g, '#ffffff');
await draw(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="3 5 26 22" fill="none">${white}</svg>`,
  96,
  'badge-96.png',
);
