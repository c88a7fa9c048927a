import { NavLink, Outlet, useNavigation } from 'react-router';
import { Mark } from '../ui/mark.tsx';
import styles from './frame.module.css';
import { paths } from './paths.ts';
import { ThemeToggle } from './theme-toggle.tsx';
import { UserMenu } from './user-menu.tsx';

/** What stands around every view: the way to the others, the theme, who one is. */
export function Frame() {
  const { state } = useNavigation();
  return (
    <div className={styles.frame} aria-busy={state === 'loading'}>
      <a href="#view" className={styles.skip}>
        Skip to the view
      </a>
      <header className={styles.bar}>
        <NavLink to="/" className={styles.mark ?? ''} aria-label="Spectrawl: start">
          <Mark />
        </NavLink>
        <nav aria-label="Views" className={styles.views}>
          <NavLink to={paths.campaigns()}>Campaigns</NavLink>
          <NavLink to={paths.pools()}>Pools</NavLink>
        </nav>
        <div className={styles.own}>
          <ThemeToggle />
          <UserMenu />
        </div>
      </header>
      <main id="view" className={styles.view} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
