/** Where an operating system keeps the switch that lets a browser use a device. */

type Protected = 'microphone' | 'camera' | 'screen';

const names = { microphone: 'Microphone', camera: 'Camera', screen: 'Screen & System Audio Recording' };

/** The path to the setting, as the system words it; without one for systems that have no such place. */
export function systemSettingFor(what: Protected, userAgent = navigator.userAgent): string {
  if (/iPhone|iPad|iPod/.test(userAgent)) return `Settings > Apps > your browser > ${names[what]}`;
  if (/Android/.test(userAgent)) return `Settings > Apps > your browser > Permissions > ${names[what]}`;
  if (/CrOS/.test(userAgent)) return `Settings > Privacy and security > Privacy controls > ${names[what]}`;
  if (/Mac OS X|Macintosh/.test(userAgent)) return `System Settings > Privacy & Security > ${names[what]}`;
  if (/Windows/.test(userAgent) && what !== 'screen') return `Settings > Privacy & security > ${names[what]}`;
  return "your system's privacy settings";
}
