/** Notifications of the desktop, where the browser has them and its person allowed them. */
import { below } from '../links/base-path';

/** Phones show them only for pages that were installed: there, creating one throws. */
export const canNotify = (): boolean => 'Notification' in window && window.isSecureContext;

export const mayNotify = (): boolean => canNotify() && Notification.permission === 'granted';

/** Whether it was refused for good: only the browser's settings change that. */
export const isRefused = (): boolean => canNotify() && Notification.permission === 'denied';

/** Asks for permission, upon a click; whether there is one then. */
export async function askToNotify(): Promise<boolean> {
  return canNotify() && (await Notification.requestPermission()) === 'granted';
}

/** Shows one in the place of the one before. Returns the function that takes it away. */
export function notifyDesktop(title: string, body: string): () => void {
  try {
    const notification = new Notification(title, { body, tag: 'minimeet', icon: below('/favicon.svg') });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return () => notification.close();
  } catch {
    return () => undefined;
  }
}
