/** Below which path of the host this server is: the server writes it into the page, as a proxy may put it anywhere. */

/** `/meet`, or empty where the server has the host to itself. */
export const basePath = readBasePath();

/** The address of the server, without a slash at its end. */
export const serverUrl = () => window.location.origin + basePath;

/** The address of one of this server's files, pages or routes. */
export const below = (path: string) => basePath + path;

function readBasePath(): string {
  const content =
    typeof document === 'undefined' ? null : document.querySelector('meta[name="base-path"]')?.getAttribute('content');
  // The development server leaves it as it is in index.html.
  return content?.startsWith('/') ? content.replace(/\/+$/, '') : '';
}
