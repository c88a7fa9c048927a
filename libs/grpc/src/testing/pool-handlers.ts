import type { IngestionService } from '@spectrawl/contracts';
import type { ServiceHandlers } from '../server.ts';

const unexpected = async (): Promise<never> => {
  throw new Error('this test does not call it');
};

/** A service that answers `getPool`, and whatever else a test gives it. */
export function poolHandlers(
  handlers: Partial<ServiceHandlers<typeof IngestionService>> = {},
): ServiceHandlers<typeof IngestionService> {
  return {
    createPool: unexpected,
    getPool: async ({ poolId }) => ({ pool: { poolId } }),
    listPools: unexpected,
    async *ingestFiles() {
      yield await unexpected();
    },
    sealPool: unexpected,
    listShards: unexpected,
    listQuarantinedInputs: unexpected,
    getSpectrum: unexpected,
    findEpochs: unexpected,
    async *exportPool() {
      yield await unexpected();
    },
    ...handlers,
  };
}
