import type { Generated } from '@spectrawl/database';

/** Why a spectrum was shown; see Purpose of the contract. */
export type AskedPurpose = 'query' | 'audit' | 'choice';
/** Why a question is put a second time. */
export type SecondPurpose = 'overlap' | 'repeat';
export type LabelPurpose = AskedPurpose | SecondPurpose | 'import' | 'adjudication';
export type Abstention = 'unsure' | 'skip';
/** Who answers tasks. */
export type AnsweringKind = 'person' | 'simulated';
export type AnnotatorKind = AnsweringKind | 'import';

/** The tables of the schema `labelling`; migrations/ says what their columns mean. */
export interface LabellingTables {
  batch: BatchTable;
  task: TaskTable;
  second_question: SecondQuestionTable;
  label: LabelTable;
  label_log: { last_position: number };
  answered_request: { request_id: string; rpc: string; request_hash: string; response: Uint8Array | null };
  label_import: { import_id: string; open_time: Date };
  label_import_row: { import_id: string; row_number: number; spectrum_id: string; class: string };
}

interface BatchTable {
  campaign_id: string;
  iteration: number;
  pool_id: string;
  model_id: string;
  classes: string[];
  tasks: number;
  answered: Generated<number>;
  unsure: Generated<number>;
  skipped: Generated<number>;
  open_time: Date;
  complete_time: Date | null;
  traceparent: Generated<string>;
}

interface TaskTable {
  task_id: string;
  campaign_id: string;
  iteration: number;
  rank: number;
  spectrum_id: string;
  purpose: AskedPurpose;
  reason: string;
  probabilities: number[];
  annotator: string | null;
  annotator_kind: AnsweringKind | null;
  lease_expire_time: Date | null;
  class: string | null;
  abstention: Abstention | null;
}

interface SecondQuestionTable {
  task_id: string;
  about_task_id: string;
  campaign_id: string;
  purpose: SecondPurpose;
  asked_iteration: number | null;
  ask_time: Date | null;
  annotator: string | null;
  annotator_kind: AnsweringKind | null;
  lease_expire_time: Date | null;
  class: string | null;
  abstention: Abstention | null;
}

interface LabelTable {
  position: number;
  pool_id: string;
  spectrum_id: string;
  campaign_id: string;
  iteration: number;
  task_id: string;
  purpose: LabelPurpose;
  class: string | null;
  abstention: Abstention | null;
  retraction: boolean;
  annotator: string;
  annotator_kind: AnnotatorKind;
  create_time: Date;
  model_id: string;
  probabilities_shown: number[];
  comment: string;
  about_task_id: Generated<string>;
  about_purpose: Generated<AskedPurpose | null>;
}
