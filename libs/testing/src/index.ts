export { Arrivals } from './arrivals.ts';
export { answerRuns, type Contention } from './bench/answer-runs.ts';
export { benchServer, type BenchServerAddresses } from './bench/bench-servers.ts';
export { Deployment, type DeploymentOptions, type Shape } from './deployments/deployment.ts';
export type { ServerPlaces } from './deployments/fresh-places.ts';
export { ServiceProcess, ServiceProcessError, type ProcessEnd } from './deployments/service-process.ts';
export { DeploymentCredentials } from './deployment-credentials.ts';
export { SEPARATE_SERVICES, WORKER, type SeparateService } from './deployments/services.ts';
export { grpcurl } from './grpcurl.ts';
export { CLASSES, lineFeatures } from './line-spectra.ts';
export { OtlpCollector, type CollectedSpan, type CollectedSpanKind } from './otlp-collector.ts';
export { PythonError, python, pythonInterpreter } from './python.ts';
export { repositoryRoot } from './repository-root.ts';
export { answersOnly } from './stand-ins/answers-only.ts';
export { ingestionStandIn } from './stand-ins/ingestion-stand-in.ts';
export { LabellingStandIn, type NewLabel } from './stand-ins/labelling-stand-in.ts';
export { storePool, type PoolSpectrum } from './stored-pool.ts';
export { freePorts } from './servers/native/free-ports.ts';
export { startKafka, startObjectServer, startPostgres, startToxiproxy } from './servers/start-servers.ts';
export { ServersUnavailableError, ServerStartError } from './servers/servers.ts';
export type { KafkaOptions, KafkaServer, LinkServer, ObjectServer, PostgresServer, Server } from './servers/servers.ts';
export { FaultyLink, FaultyLinkError, FaultyLinks, type Toxic } from './faults/faulty-links.ts';
export {
  FAULTS_FOLDER,
  FaultRecord,
  faultTable,
  forgetFaults,
  reportFaults,
  type Fault,
  type FaultResult,
} from './faults/fault-record.ts';
export { MemoryRecord, type MemoryResult } from './faults/memory-record.ts';
export { startOverloadedStore, type OverloadedStore } from './faults/overloaded-store.ts';
export { shiftedClock } from './faults/shifted-clock.ts';
export { SmallDisk, SmallDiskError } from './faults/small-disk.ts';
