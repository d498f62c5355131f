/** The size of an element on the page, as it changes. */
import { useCallback, useState } from 'react';

export interface Size {
  width: number;
  height: number;
}

/** Give the first to the element's `ref`; the second is its inner size in CSS pixels, 0 × 0 at first. */
export function useElementSize(): [(element: HTMLElement | null) => (() => void) | undefined, Size] {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const measure = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [measure, size];
}
