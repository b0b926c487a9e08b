/** The app is static files and talks to the API from the browser only. */
export const ssr = false;
export const prerender = false;
