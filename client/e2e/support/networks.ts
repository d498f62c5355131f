/** A device with two networks, of which it leaves one and enters the other: a network namespace. Linux, as root. */
import { execFileSync } from 'node:child_process';

/** From a range for tests of networks (RFC 2544). The server is beyond both networks. */
const serverAddress = '198.18.76.1';
const networks = [
  { name: 'wifi', router: '198.18.77.1', device: '198.18.77.2' },
  { name: 'mobile', router: '198.18.78.1', device: '198.18.78.2' },
] as const;

/** Whether there can be one here. */
export const canRoam = process.platform === 'linux' && process.getuid?.() === 0 && hasNamespaces();

export class RoamingDevice {
  /** What the device's networks reach. */
  readonly serverAddress = serverAddress;
  /** Names are short: an interface's has 15 letters at most. */
  private readonly id = `mm${process.pid % 100_000}`;

  constructor() {
    ip('netns', 'add', this.id);
    ip('addr', 'replace', `${serverAddress}/32`, 'dev', 'lo');

    for (const { name, router, device } of networks) {
      const outside = `${this.id}${name[0]}`;
      ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', name, 'netns', this.id);
      ip('addr', 'add', `${router}/24`, 'dev', outside);
      ip('link', 'set', outside, 'up');
      this.inside('addr', 'add', `${device}/24`, 'dev', name);
    }

    this.inside('link', 'set', 'lo', 'up');
    this.enter('wifi');
  }

  /** The command and its first parameters that run a program on the device. */
  get command(): string[] {
    return ['ip', 'netns', 'exec', this.id];
  }

  /** Leaves the network that it is in, and enters this one. */
  enter(name: (typeof networks)[number]['name']): void {
    for (const network of networks) {
      if (network.name !== name) {
        this.inside('link', 'set', network.name, 'down');
      }
    }

    this.inside('link', 'set', name, 'up');
    const { router } = networks.find((network) => network.name === name)!;
    this.inside('route', 'replace', 'default', 'via', router);
  }

  remove(): void {
    ip('netns', 'del', this.id);
    ip('addr', 'del', `${serverAddress}/32`, 'dev', 'lo');
  }

  private inside(...parameters: string[]): void {
    ip('-n', this.id, ...parameters);
  }
}

function ip(...parameters: string[]): void {
  execFileSync('ip', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function hasNamespaces(): boolean {
  const id = `mm${process.pid % 100_000}try`;

  try {
    ip('netns', 'add', id);
    ip('netns', 'del', id);

    return true;
  } catch {
    return false;
  }
}
