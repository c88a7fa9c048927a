export { SpectrumView } from './spectrum-view.tsx';
