/** Builds the web client, and serves it in watch mode in front of the MiniMeet server on PORT. */
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import oldestBrowsers from './supported-browsers.json' with { type: 'json' };

// Whatever its prefix asks for, it reads from the environment too.
const { PORT = '3000' } = loadEnv('development', '.', 'PORT');
const server = `http://localhost:${PORT}`;
const proxied = ['/users', '/rooms', '/meetings', '/analytics', '/admin', '/auth', '/api', '/health'];

export default defineConfig({
  // Files name each other by where they lie, and the server completes what the page names: it may be below any path.
  base: './',
  plugins: [react()],
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      ...Object.fromEntries(proxied.map((path) => [path, server])),
      '/socket.io': { target: server, ws: true },
    },
  },
  build: {
    target: Object.entries(oldestBrowsers).map(([name, version]) => name + version),
    // Never inline files as data: URLs, so that a content security policy of 'self' is enough.
    assetsInlineLimit: 0,
    // In kB, before compression: what every page needs (React, MUI, router) is in one chunk, 161 kB on the wire.
    chunkSizeWarningLimit: 600,
  },
});
