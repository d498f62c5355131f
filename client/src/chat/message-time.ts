/** How days and times of messages are written. */

/** `Today`, `Yesterday`, or the date in the reader's language; with the year when it is not this one. */
export function dayLabel(moment: Date, now: Date, locale?: string): string {
  const daysAgo = Math.round((startOfDay(now) - startOfDay(moment)) / 86_400_000);
  if (daysAgo === 0) return 'Today';
  if (daysAgo === 1) return 'Yesterday';
  return moment.toLocaleDateString(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(moment.getFullYear() !== now.getFullYear() && { year: 'numeric' }),
  });
}

/** Hours and minutes as the reader's language writes them. */
export function timeLabel(moment: Date, locale?: string): string {
  return moment.toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' });
}

/** Whether two moments lie on the same day of the reader's calendar. */
export function isSameDay(one: Date, other: Date): boolean {
  return startOfDay(one) === startOfDay(other);
}

const startOfDay = (moment: Date) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
