export { CandidatesView } from './candidates-view.tsx';
