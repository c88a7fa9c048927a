export { LabelView } from './label-view.tsx';
