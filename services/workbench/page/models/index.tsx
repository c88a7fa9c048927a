export { ModelView } from './model-view.tsx';
export { ModelsView } from './models-view.tsx';
