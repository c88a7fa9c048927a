import {
  ARCHITECTURE_NAMES,
  CLASS_BALANCES,
  ERROR_CRITERIA,
  PRECISIONS,
  QUERY_STRATEGY_NAMES,
  type CampaignMethod,
} from '@spectrawl/active-learning';

/** Paths of the single values of a method, such as "query.size"; lists, quotas and the threshold are single values. */
export type MethodPath = LeafPath<Omit<CampaignMethod, 'finalTraining'> & { finalTraining: FinalTraining }>;
type FinalTraining = NonNullable<CampaignMethod['finalTraining']>;
type LeafPath<T> = {
  [K in keyof T & string]: T[K] extends readonly unknown[]
    ? K
    : string extends keyof T[K]
      ? K
      : T[K] extends object
        ? `${K}.${LeafPath<T[K]>}`
        : K;
}[keyof T & string];

/** What may be entered. */
export type FieldInput =
  | { kind: 'count'; least: number }
  /** A count, or nothing for no limit. */
  | { kind: 'limit'; least: number }
  /** A number above 0, of at least 0, or between 0 and 1. */
  | { kind: 'number'; range: 'positive' | 'not negative' | 'open fraction' }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'flag' }
  | { kind: 'names' }
  | { kind: 'quotas' }
  | { kind: 'threshold' };

/** How a value of the method is asked for. */
export interface MethodField {
  label: string;
  /** What it does, and in which unit it is. */
  help: string;
  input: FieldInput;
}

const training = (prefix: string) =>
  ({
    balance: {
      label: 'Balance of classes',
      help: `${prefix}smote: synthetic spectra bring every class to the size of the largest (Chawla et al. 2002). none: as they are.`,
      input: { kind: 'choice', options: CLASS_BALANCES },
    },
    batchSize: { label: 'Batch size', help: 'Spectra a step of the optimiser.', input: { kind: 'count', least: 1 } },
    maxEpochs: {
      label: 'Epochs at most',
      help: 'Passes through the training set.',
      input: { kind: 'count', least: 1 },
    },
    minDelta: {
      label: 'Least gain',
      help: 'An epoch counts as better when its training loss (nats) is at least this much below the best.',
      input: { kind: 'number', range: 'not negative' },
    },
    patience: {
      label: 'Patience',
      help: 'Epochs without a gain after which training ends; the best weights are restored.',
      input: { kind: 'count', least: 1 },
    },
    learningRate: {
      label: 'Learning rate',
      help: 'Of Adam; 0.001 is Kingma & Ba’s.',
      input: { kind: 'number', range: 'positive' },
    },
  }) as const satisfies Record<string, MethodField>;

const loop = training('');
const final = training('');

/** Every value of a method: the compiler refuses one that is forgotten here. */
export const METHOD_FIELDS: Readonly<Record<MethodPath, MethodField>> = {
  classes: {
    label: 'Classes',
    help: 'Names, separated by commas. The first is “not interesting”, the others are searched for.',
    input: { kind: 'names' },
  },
  'architecture.name': {
    label: 'Network',
    help: 'skoda-2020: the 1-D convolutional network of Škoda, Podsztavek & Tvrdík 2020.',
    input: { kind: 'choice', options: ARCHITECTURE_NAMES },
  },
  'architecture.width': {
    label: 'Width',
    help: 'Multiplies filters and units of every hidden layer; 1 is the paper’s.',
    input: { kind: 'number', range: 'positive' },
  },
  'query.strategy': {
    label: 'Strategy',
    help: 'Which spectra teach most: highest entropy, least confidence, smallest margin between the two likeliest classes, or random.',
    input: { kind: 'choice', options: QUERY_STRATEGY_NAMES },
  },
  'query.size': {
    label: 'Queries',
    help: 'Spectra asked about in an iteration, quotas, clusters and random ones included, audits not.',
    input: { kind: 'count', least: 1 },
  },
  'query.quotas': {
    label: 'Quotas',
    help: 'At least so many of the queries are predicted as this class.',
    input: { kind: 'quotas' },
  },
  'query.clusters': {
    label: 'From clusters',
    help: 'So many of the queries come from different clusters of the most uncertain spectra.',
    input: { kind: 'count', least: 0 },
  },
  'query.random': {
    label: 'Random',
    help: 'So many of the queries are drawn at random from the whole pool.',
    input: { kind: 'count', least: 0 },
  },
  'audit.size': {
    label: 'Audits',
    help: 'Predicted positives labelled blind in an iteration, to measure the error.',
    input: { kind: 'count', least: 0 },
  },
  'audit.feedBack': {
    label: 'Audits train',
    help: 'The audit’s labels train the next model, too.',
    input: { kind: 'flag' },
  },
  'audit.finalSize': {
    label: 'Final audits',
    help: 'Predicted positives audited after the loop, for the catalogue’s certificate.',
    input: { kind: 'count', least: 0 },
  },
  'audit.finalPerClass': {
    label: 'Of each class',
    help: 'The final audit takes so many from each positive class instead of altogether.',
    input: { kind: 'flag' },
  },
  'training.balance': loop.balance,
  'training.batchSize': loop.batchSize,
  'training.maxEpochs': loop.maxEpochs,
  'training.earlyStopping.minDelta': loop.minDelta,
  'training.earlyStopping.patience': loop.patience,
  'training.learningRate': loop.learningRate,
  'training.targetLabelWeight': {
    label: 'Weight of pool labels',
    help: 'Of a label given in the pool, relative to one of the seed set.',
    input: { kind: 'number', range: 'positive' },
  },
  'training.poolNegatives.count': {
    label: 'Pool negatives',
    help: 'Random pool spectra taken as the first class without asking: right for nearly all where positives are rare.',
    input: { kind: 'count', least: 0 },
  },
  'training.poolNegatives.fromIteration': {
    label: 'Pool negatives from',
    help: 'The first iteration (from 0) that takes them.',
    input: { kind: 'count', least: 0 },
  },
  'training.warmStart': {
    label: 'Warm start',
    help: 'An iteration starts from the weights of the one before.',
    input: { kind: 'flag' },
  },
  'training.precision': {
    label: 'Precision',
    help: 'Arithmetic of the training.',
    input: { kind: 'choice', options: PRECISIONS },
  },
  'scoring.meanOfLast': {
    label: 'Mean of models',
    help: 'Probabilities are the mean over so many of the last models.',
    input: { kind: 'count', least: 1 },
  },
  'stopping.maxError': {
    label: 'Target error',
    help: 'The loop ends when the error of the predicted positives is certified to be at most this fraction.',
    input: { kind: 'number', range: 'open fraction' },
  },
  'stopping.confidence': {
    label: 'Confidence',
    help: 'Of the certificate and of all bounds, a fraction.',
    input: { kind: 'number', range: 'open fraction' },
  },
  'stopping.criterion': {
    label: 'Wrong means',
    help: 'positive: shows no emission of any kind. exact: is not of the predicted class.',
    input: { kind: 'choice', options: ERROR_CRITERIA },
  },
  'stopping.minIterations': {
    label: 'Iterations at least',
    help: 'A certified error ends the loop after so many iterations, not before.',
    input: { kind: 'count', least: 0 },
  },
  'stopping.maxIterations': {
    label: 'Iterations at most',
    help: 'Empty: no limit.',
    input: { kind: 'limit', least: 0 },
  },
  'stopping.maxLabels': {
    label: 'Labels at most',
    help: 'Spent in the campaign, the seed set’s not counted. Empty: no limit.',
    input: { kind: 'limit', least: 0 },
  },
  'finalTraining.balance': final.balance,
  'finalTraining.batchSize': final.batchSize,
  'finalTraining.maxEpochs': final.maxEpochs,
  'finalTraining.earlyStopping.minDelta': final.minDelta,
  'finalTraining.earlyStopping.patience': final.patience,
  'finalTraining.learningRate': final.learningRate,
  'catalogue.threshold': {
    label: 'Threshold',
    help: 'Least probability of emission of a candidate: argmax (every predicted positive), from-audit (the lowest that the audit certifies), or a multiple of 0.01 below 1.',
    input: { kind: 'threshold' },
  },
};

/** The fields in the order and the groups in which they are shown. */
export const METHOD_GROUPS: readonly { name: string; about: string; paths: readonly MethodPath[] }[] = [
  {
    name: 'Questions',
    about: 'What an iteration asks the annotators.',
    paths: ['query.strategy', 'query.size', 'query.quotas', 'query.clusters', 'query.random'],
  },
  {
    name: 'Audit',
    about: 'How the error is measured.',
    paths: ['audit.size', 'audit.feedBack', 'audit.finalSize', 'audit.finalPerClass'],
  },
  {
    name: 'Stopping',
    about: 'When the loop ends: whichever comes first.',
    paths: [
      'stopping.maxError',
      'stopping.confidence',
      'stopping.criterion',
      'stopping.minIterations',
      'stopping.maxIterations',
      'stopping.maxLabels',
    ],
  },
  {
    name: 'Training',
    about: 'How an iteration’s labels become a model.',
    paths: [
      'training.balance',
      'training.batchSize',
      'training.maxEpochs',
      'training.earlyStopping.minDelta',
      'training.earlyStopping.patience',
      'training.learningRate',
      'training.targetLabelWeight',
      'training.poolNegatives.count',
      'training.poolNegatives.fromIteration',
      'training.warmStart',
      'training.precision',
    ],
  },
  {
    name: 'Final training',
    about: 'A last, intensive training on all labels after the loop.',
    paths: [
      'finalTraining.balance',
      'finalTraining.batchSize',
      'finalTraining.maxEpochs',
      'finalTraining.earlyStopping.minDelta',
      'finalTraining.earlyStopping.patience',
      'finalTraining.learningRate',
    ],
  },
  {
    name: 'Scoring and catalogue',
    about: 'How the pool is judged and what is published.',
    paths: ['scoring.meanOfLast', 'catalogue.threshold'],
  },
  {
    name: 'Network',
    about: 'Classes and architecture.',
    paths: ['classes', 'architecture.name', 'architecture.width'],
  },
];
