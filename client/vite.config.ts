/** Builds the web client, and serves it in watch mode in front of a MiniMeet server on port 3000. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://localhost:3000';
const proxied = ['/users', '/rooms', '/auth', '/api', '/health'];

export default defineConfig({
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
    target: 'es2023',
    // Never inline files as data: URLs, so that a content security policy of 'self' is enough.
    assetsInlineLimit: 0,
  },
});
