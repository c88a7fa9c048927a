export { PoolView } from './pool-view.tsx';
export { PoolsView } from './pools-view.tsx';
