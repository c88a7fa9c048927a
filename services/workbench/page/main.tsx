import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Workbench } from './app/workbench.tsx';

createRoot(document.getElementById('page')!).render(
  <StrictMode>
    <Workbench />
  </StrictMode>,
);
