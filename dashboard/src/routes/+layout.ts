/** The app is static and calls the API from the browser only. */
export const ssr = false;
export const prerender = false;
