import { IconButton } from '../ui/icon-button.tsx';
import { useTheme } from './theme.tsx';

/** Changes between dark and light. */
export function ThemeToggle() {
  const { theme, toggle } = useTheme();
  return (
    <IconButton label={theme === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggle}>
      {theme === 'dark' ? (
        <path d="M8 1v2m0 10v2M1 8h2m10 0h2M3 3l1.4 1.4m7.2 7.2L13 13M13 3l-1.4 1.4M4.4 11.6 3 13M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z" />
      ) : (
        <path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z" />
      )}
    </IconButton>
  );
}
