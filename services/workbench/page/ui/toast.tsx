import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import styles from './toast.module.css';

/** milliseconds that a toast stays */
const SHOWN = 6_000;

type Tone = 'plain' | 'good' | 'bad';
interface Shown {
  id: number;
  tone: Tone;
  text: string;
}

const ToastContext = createContext<((text: string, tone?: Tone) => void) | undefined>(undefined);

/** Tells, in passing, how something went. What must not be missed belongs into the view itself. */
export function useToast(): (text: string, tone?: Tone) => void {
  const toast = useContext(ToastContext);
  if (!toast) throw new Error('useToast needs Toasts around it');
  return toast;
}

/** The place where toasts appear: over the view, so that nothing jumps. */
export function Toasts({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const next = useRef(0);
  const timers = useRef(new Set<number>());
  const toast = useCallback((text: string, tone: Tone = 'plain') => {
    const id = next.current++;
    setShown((before) => [...before, { id, tone, text }]);
    const timer = window.setTimeout(() => {
      timers.current.delete(timer);
      setShown((before) => before.filter((one) => one.id !== id));
    }, SHOWN);
    timers.current.add(timer);
  }, []);
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach((timer) => window.clearTimeout(timer));
  }, []);
  return (
    <ToastContext value={toast}>
      {children}
      <div className={styles.toasts} role="status" aria-live="polite">
        {shown.map(({ id, tone, text }) => (
          <p key={id} className={styles[tone]}>
            {text}
          </p>
        ))}
      </div>
    </ToastContext>
  );
}
