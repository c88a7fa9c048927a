import { Link } from 'react-router';
import styles from './segments.module.css';

/** The views of one page, each at an address of its own. */
export function ViewLinks({ views }: { views: readonly { to: string; name: string; isShown: boolean }[] }) {
  return (
    <nav aria-label="Views of this page" className={styles.segments}>
      {views.map(({ to, name, isShown }) => (
        <Link key={to} to={to} className={styles.segment} aria-current={isShown ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
