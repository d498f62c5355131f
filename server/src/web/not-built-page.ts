/** What a browser gets while the web client is not built. */
export const notBuiltPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>MiniMeet</title>
  </head>
  <body>
    <h1>The server runs</h1>
    <p>Only its pages are missing, because the web client is not built yet. Build it with <code>npm run build</code> and reload.</p>
    <p>The REST API is described at <a href="./api/docs">/api/docs</a>.</p>
  </body>
</html>
`;
