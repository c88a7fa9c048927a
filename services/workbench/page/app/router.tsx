import { createBrowserRouter } from 'react-router';
import { Loading } from '../ui/loading.tsx';
import { CampaignFrame } from './campaign-frame.tsx';
import { Frame } from './frame.tsx';
import { NotFound } from './not-found.tsx';
import { RouteError } from './route-error.tsx';
import { Start } from './start.tsx';

/** Every view has an address of its own, and is fetched when it is first opened. */
export const router = createBrowserRouter([
  {
    path: '/',
    Component: Frame,
    ErrorBoundary: RouteError,
    HydrateFallback: () => <Loading what="the view" whole />,
    children: [
      { index: true, Component: Start },
      {
        ErrorBoundary: RouteError,
        children: [
          {
            path: 'campaigns',
            lazy: async () => ({ Component: (await import('../campaigns/index.tsx')).CampaignsView }),
          },
          {
            path: 'campaigns/:campaignId',
            Component: CampaignFrame,
            ErrorBoundary: RouteError,
            children: [
              {
                ErrorBoundary: RouteError,
                children: [
                  {
                    index: true,
                    lazy: async () => ({ Component: (await import('../campaigns/index.tsx')).CampaignView }),
                  },
                  {
                    path: 'label/:taskId?',
                    lazy: async () => ({ Component: (await import('../label/index.tsx')).LabelView }),
                  },
                  {
                    path: 'agreement',
                    lazy: async () => ({ Component: (await import('../agreement/index.tsx')).AgreementView }),
                  },
                  {
                    path: 'candidates',
                    lazy: async () => ({ Component: (await import('../candidates/index.tsx')).CandidatesView }),
                  },
                  { path: 'map', lazy: async () => ({ Component: (await import('../map/index.tsx')).MapView }) },
                  {
                    path: 'models',
                    lazy: async () => ({ Component: (await import('../models/index.tsx')).ModelsView }),
                  },
                ],
              },
            ],
          },
          { path: 'pools', lazy: async () => ({ Component: (await import('../ingest/index.tsx')).PoolsView }) },
          { path: 'pools/:poolId', lazy: async () => ({ Component: (await import('../ingest/index.tsx')).PoolView }) },
          {
            path: 'pools/:poolId/spectra/:spectrumId',
            lazy: async () => ({ Component: (await import('../spectrum/index.tsx')).SpectrumView }),
          },
          {
            path: 'models/:modelId',
            lazy: async () => ({ Component: (await import('../models/index.tsx')).ModelView }),
          },
          { path: '*', Component: NotFound },
        ],
      },
    ],
  },
]);
