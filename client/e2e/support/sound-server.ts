/** A sound card that nobody hears, for a browser that needs one to play sound at all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.js';

export interface SoundServer {
  /** For `PULSE_SERVER`. */
  address: string;
  stop(): Promise<void>;
}

/** Starts a PulseAudio of its own with nothing but a null sink. */
export async function startSoundServer(): Promise<SoundServer> {
  const folder = await mkdtemp(join(tmpdir(), 'minimeet-sound-'));
  const socket = join(folder, 'socket');
  const server = spawn(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--use-pid-file=no',
      '--exit-idle-time=-1',
      '--disable-shm=yes',
      '-L',
      'module-null-sink',
      '-L',
      `module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
    ],
    {
      stdio: 'ignore',
      env: { ...process.env, PULSE_RUNTIME_PATH: folder, PULSE_STATE_PATH: folder, PULSE_CONFIG_PATH: folder },
    },
  );
  const ended = once(server, 'exit');
  await until(() => existsSync(socket) || server.exitCode !== null);

  return {
    address: `unix:${socket}`,
    async stop() {
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
