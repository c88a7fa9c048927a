import {
  createContext,
  useContext,
  useEffect,
  useInsertionEffect,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react';

/** What is shown: dark or light. */
export type Theme = 'dark' | 'light';

interface ThemeChoice {
  /** What is shown now. */
  readonly theme: Theme;
  /** Shows the other one, and goes on doing so. */
  toggle(): void;
}

const KEPT = 'spectrawl-theme';
const PREFERS_LIGHT = window.matchMedia('(prefers-color-scheme: light)');

const ThemeContext = createContext<ThemeChoice | undefined>(undefined);

/** Which theme is shown: canvases draw again when it changes. */
export function useTheme(): ThemeChoice {
  const choice = useContext(ThemeContext);
  if (!choice) throw new Error('useTheme needs a ThemeProvider around it');
  return choice;
}

/** Shows the page as the user chose, else as their system does. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const preferred = useSyncExternalStore(onPreference, () => (PREFERS_LIGHT.matches ? 'light' : 'dark'));
  const [chosen, setChosen] = useState(kept);
  const theme = chosen ?? preferred;
  // Before all other effects: whoever reads colours there has to see the new ones.
  useInsertionEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    if (chosen) localStorage.setItem(KEPT, chosen);
  }, [chosen]);
  const choice = useMemo(() => ({ theme, toggle: () => setChosen(theme === 'dark' ? 'light' : 'dark') }), [theme]);
  return <ThemeContext value={choice}>{children}</ThemeContext>;
}

function onPreference(listener: () => void): () => void {
  PREFERS_LIGHT.addEventListener('change', listener);
  return () => PREFERS_LIGHT.removeEventListener('change', listener);
}

function kept(): Theme | undefined {
  const text = localStorage.getItem(KEPT);
  return text === 'dark' || text === 'light' ? text : undefined;
}
