import { Link } from 'react-router';
import styles from './view-links.module.css';

/** The views of one page, each at an address of its own. */
export function ViewLinks({ views }: { views: readonly { to: string; name: string; isShown: boolean }[] }) {
  return (
    <nav aria-label="Views of this page" className={styles.views}>
      {views.map(({ to, name, isShown }) => (
        <Link key={to} to={to} aria-current={isShown ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
