import { useEffect, useState } from 'react';

/** Milliseconds after which somebody looks at a spectrum, and does not just pass it. */
const GLANCE = 150;

/** Whether what `of` names has been on the screen for a moment: what waits for that holds up nobody who goes on at once. */
export function useLookedAt(of: string): boolean {
  const [looked, setLooked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setLooked(of), GLANCE);
    return () => clearTimeout(timer);
  }, [of]);
  return looked === of;
}
