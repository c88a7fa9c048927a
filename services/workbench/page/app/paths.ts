const part = encodeURIComponent;

/** Addresses of views: everything that has a name can be linked to. */
export const paths = {
  campaigns: () => '/campaigns',
  campaign: (campaignId: string) => `/campaigns/${part(campaignId)}`,
  label: (campaignId: string, taskId?: string) =>
    `/campaigns/${part(campaignId)}/label${taskId === undefined ? '' : `/${part(taskId)}`}`,
  agreement: (campaignId: string) => `/campaigns/${part(campaignId)}/agreement`,
  candidates: (campaignId: string) => `/campaigns/${part(campaignId)}/candidates`,
  map: (campaignId: string) => `/campaigns/${part(campaignId)}/map`,
  models: (campaignId: string) => `/campaigns/${part(campaignId)}/models`,
  pools: () => '/pools',
  pool: (poolId: string) => `/pools/${part(poolId)}`,
  /** @param campaignId the campaign from which one comes, in which the spectrum can be asked about */
  spectrum: (poolId: string, spectrumId: string, campaignId?: string) =>
    `/pools/${part(poolId)}/spectra/${part(spectrumId)}${campaignId === undefined ? '' : `?campaign=${part(campaignId)}`}`,
  model: (modelId: string) => `/models/${part(modelId)}`,
};
