/** What this device tells the others about itself. */
import { limits, type DeviceInfo } from '@minimeet/protocol';

/** Brands in the order in which they must be looked for: Edge and Opera also call themselves Chrome, Chrome also Safari. */
const brands = [
  ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/],
  ['Node.js', /Node\.js\/(\d+)/],
] as const;

/** Systems likewise: Android also calls itself Linux, an iPhone `like Mac OS X`. */
const systems = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad|iPod/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
] as const;

/** The device behind a user agent, such as `Firefox 153 on Linux`. */
export function deviceInfoOf(userAgent: string): DeviceInfo {
  const brand = brands.flatMap(([name, pattern]) => {
    const version = pattern.exec(userAgent)?.[1];
    return version === undefined ? [] : [`${name} ${version}`];
  })[0];
  const system = systems.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const name = [brand, system].filter((part) => part !== undefined).join(' on ');
  return { kind: kindOf(userAgent, system), ...(name && { name: name.slice(0, limits.username) }) };
}

function kindOf(userAgent: string, system: string | undefined): DeviceInfo['kind'] {
  if (system === undefined) return 'other';
  if (/iPad/.test(userAgent)) return 'tablet';
  if (system === 'Android') return /Mobile/.test(userAgent) ? 'phone' : 'tablet';
  return system === 'iOS' ? 'phone' : 'desktop';
}
