import { useState, type DragEvent } from 'react';
import { Button } from '../ui/button.tsx';
import { Meter } from '../ui/meter.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/panel.tsx';
import { bytes, duration, grouped } from '../ui/words.ts';
import { Equation } from './counts-equation.tsx';
import { droppedFiles, inputFiles } from './dropped-files.ts';
import styles from './ingest.module.css';
import { visibleFiles, type ChosenFile } from './upload-parts.ts';
import { useUpload, type UploadState } from './use-upload.ts';

/** Lets files and folders be dropped or chosen, and sends them into a pool. */
export function UploadPanel({ poolId, onCommitted }: { poolId: string; onCommitted: () => void }) {
  const { upload, start, retry, cancel, dismiss } = useUpload(poolId, onCommitted);
  const [isOver, setOver] = useState(false);
  const [isReading, setReading] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isBusy = isReading || upload?.state === 'sending';

  const take = async (chosen: Promise<ChosenFile[]> | ChosenFile[]): Promise<void> => {
    setReading(true);
    setProblem(undefined);
    try {
      const files = visibleFiles(await chosen);
      if (files.length === 0) setProblem('There was no file in what was chosen');
      else start('auto', files);
    } catch (error) {
      setProblem(`A file could not be read: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      setReading(false);
    }
  };
  const over = (event: DragEvent): void => {
    event.preventDefault();
    setOver(!isBusy);
  };
  return (
    <Panel title="Upload">
      {upload ? (
        <Progress upload={upload} onRetry={retry} onCancel={cancel} onDismiss={dismiss} />
      ) : (
        <div
          className={styles.drop}
          data-over={isOver}
          onDragEnter={over}
          onDragOver={over}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            if (!isBusy) void take(droppedFiles(event.dataTransfer));
          }}
        >
          <p>
            <strong>Drop files or folders here</strong>
            <span>FITS of a survey, gzipped or not, or Parquet tables with id, wavelength and flux</span>
          </p>
          <div className={styles.choose}>
            <FileButton label="Choose files" disabled={isBusy} onFiles={(list) => void take(inputFiles(list))} />
            <FileButton
              label="Choose a folder"
              folder
              disabled={isBusy}
              onFiles={(list) => void take(inputFiles(list))}
            />
          </div>
        </div>
      )}
      {problem !== undefined && <Notice tone="warning" title={problem} />}
    </Panel>
  );
}

interface FileButtonProps {
  label: string;
  folder?: boolean;
  disabled: boolean;
  onFiles: (list: FileList | null) => void;
}

function FileButton({ label, folder = false, disabled, onFiles }: FileButtonProps) {
  return (
    <label className={styles.file} data-disabled={disabled}>
      {label}
      <input
        type="file"
        multiple
        disabled={disabled}
        {...(folder && { webkitdirectory: '' })}
        onChange={({ target }) => {
          onFiles(target.files);
          target.value = '';
        }}
      />
    </label>
  );
}

interface ProgressProps {
  upload: UploadState;
  onRetry: () => void;
  onCancel: () => void;
  onDismiss: () => void;
}

function Progress({ upload, onRetry, onCancel, onDismiss }: ProgressProps) {
  const { state, files, bytes: total, sent, filesRead, counts, error, rate } = upload;
  const left = rate !== undefined && rate > 0 ? (total - sent) / rate : undefined;
  return (
    <div className={styles.progress}>
      <div className={styles.progressHead}>
        <span>
          <b>{grouped(files)}</b> {files === 1 ? 'file' : 'files'}, {bytes(sent)} of {bytes(total)}
          {state === 'sending' && rate !== undefined && ` · ${bytes(rate)}/s`}
          {state === 'sending' &&
            left !== undefined &&
            ` · ${sent < total ? `${duration(left)} left` : 'the last are read'}`}
          {filesRead > 0 && ` · ${grouped(filesRead)} read`}
        </span>
        {state === 'sending' && <Button onClick={onCancel}>Cancel</Button>}
        {state === 'committed' && <Button onClick={onDismiss}>Upload more</Button>}
        {state === 'broken' && (
          <>
            <Button onClick={onDismiss}>Leave it</Button>
            <Button kind="primary" onClick={onRetry}>
              Send again
            </Button>
          </>
        )}
      </div>
      <Meter
        label="Upload"
        value={total === 0 ? 1 : sent / total}
        tone={state === 'committed' ? 'good' : state === 'broken' ? 'bad' : 'accent'}
      />
      {error && (
        <Notice tone="bad" title="The upload broke">
          {error.message}. What was committed stays; what is sent again is not stored twice.
        </Notice>
      )}
      {(state === 'committed' || counts.received > 0) && <Equation counts={counts} />}
    </div>
  );
}
