export { AgreementView } from './agreement-view.tsx';
