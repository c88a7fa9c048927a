import type { ErrorCriterion } from './performance-estimate.ts';
import type { QueryStrategyName } from './query-strategies.ts';

export const ARCHITECTURE_NAMES = ['skoda-2020'] as const;
export const CLASS_BALANCES = ['none', 'smote'] as const;
export const PRECISIONS = ['float32', 'bfloat16'] as const;

/** When training stops: after `patience` epochs whose loss is not `minDelta` below the best; its weights are restored. */
export interface EarlyStopping {
  minDelta: number;
  /** Epochs. */
  patience: number;
}

/** How a set of labels becomes a model. */
export interface TrainingMethod {
  /** 'smote': synthetic spectra bring every class to the size of the largest (Chawla et al. 2002). */
  balance: (typeof CLASS_BALANCES)[number];
  batchSize: number;
  maxEpochs: number;
  /** On the training loss. */
  earlyStopping: EarlyStopping;
  /** Of Adam. */
  learningRate: number;
}

/** How a campaign learns, asks, judges and ends: all that makes two campaigns on the same pool and labels differ. */
export interface CampaignMethod {
  /** Names of the classes; the first is "not interesting", the others are positive. */
  classes: string[];
  architecture: {
    name: (typeof ARCHITECTURE_NAMES)[number];
    /** Multiplies the number of filters and units of every hidden layer. */
    width: number;
  };
  query: {
    strategy: QueryStrategyName;
    /** Spectra asked about in an iteration, quotas, clusters and random ones included, the audit not. */
    size: number;
    /** Least number of them predicted as a class, by its name. */
    quotas: Record<string, number>;
    /** How many of them come from different clusters of the most uncertain. */
    clusters: number;
    /** How many of them are drawn at random from the whole pool. */
    random: number;
  };
  audit: {
    /** Predicted positives audited in an iteration. */
    size: number;
    /** Whether the audit's labels train the next model. */
    feedBack: boolean;
    /** Predicted positives audited after the final training. */
    finalSize: number;
    /** Whether the final audit takes `finalSize` from each positive class instead of altogether. */
    finalPerClass: boolean;
  };
  training: TrainingMethod & {
    /** Weight of a label given in the pool, relative to one of the seed set. */
    targetLabelWeight: number;
    /** Random pool spectra taken as the first class without asking: right for nearly all where positives are rare. */
    poolNegatives: {
      /** In an iteration. */
      count: number;
      /** The first iteration (from 0) that takes them. */
      fromIteration: number;
    };
    /** Whether an iteration starts from the weights of the one before. */
    warmStart: boolean;
    precision: (typeof PRECISIONS)[number];
  };
  scoring: {
    /** Probabilities are the mean over so many of the last models. */
    meanOfLast: number;
  };
  stopping: {
    /** Stop when the error of the predicted positives is certified to be at most this. */
    maxError: number;
    confidence: number;
    /** What counts as an error. */
    criterion: ErrorCriterion;
    /** A certified error ends the loop after so many iterations, not before. */
    minIterations: number;
    /** null: no limit. */
    maxIterations: number | null;
    /** Labels spent, the seed set's not counted. null: no limit. */
    maxLabels: number | null;
  };
  /** A last training on all labels after the loop; null: none. */
  finalTraining: TrainingMethod | null;
  catalogue: {
    /** The least p(positive) of a candidate: every predicted positive ('argmax'), or the lowest that the audit certifies. */
    threshold: 'argmax' | 'from-audit' | number;
  };
}
