import { Field } from '../ui/field.tsx';
import { Panel } from '../ui/panel.tsx';
import {
  changes,
  draftClasses,
  fieldText,
  hasFinalTraining,
  presetText,
  quotaText,
  withField,
  withQuota,
  type FieldProblem,
  type MethodDraft,
} from './method-draft.ts';
import { METHOD_FIELDS, METHOD_GROUPS, type MethodPath } from './method-fields.ts';
import styles from './new-campaign.module.css';

interface MethodFormProps {
  draft: MethodDraft;
  problems: readonly FieldProblem[];
  onChange: (draft: MethodDraft) => void;
}

/** Every value of a method, as the preset has it until it is changed. */
export function MethodForm({ draft, problems, onChange }: MethodFormProps) {
  const changed = changes(draft);
  return (
    <Panel
      title="Method"
      actions={
        <span className={styles.hint}>
          {changed === 0
            ? `as ${draft.preset} has it`
            : `${changed} ${changed === 1 ? 'value differs' : 'values differ'} from ${draft.preset}`}
        </span>
      }
    >
      {METHOD_GROUPS.map(({ name, about, paths }, index) => {
        const wrong = problems.some(({ path }) => paths.some((one) => path === one || path.startsWith(`${one}.`)));
        return (
          <details key={name} className={styles.group} open={index === 0 || wrong}>
            <summary>
              <strong>{name}</strong>
              <span className={styles.hint}>{about}</span>
            </summary>
            {name === 'Final training' && (
              <label className={styles.flag}>
                <input
                  type="checkbox"
                  checked={hasFinalTraining(draft)}
                  onChange={({ target: { checked } }) => onChange({ ...draft, hasFinalTraining: checked })}
                />
                After the loop a last model is trained on all labels
              </label>
            )}
            {(name !== 'Final training' || hasFinalTraining(draft)) && (
              <div className={styles.fields}>
                {paths.map((path) => (
                  <MethodValue key={path} path={path} draft={draft} problems={problems} onChange={onChange} />
                ))}
              </div>
            )}
          </details>
        );
      })}
    </Panel>
  );
}

function MethodValue({ path, draft, problems, onChange }: MethodFormProps & { path: MethodPath }) {
  const { label, help, input } = METHOD_FIELDS[path];
  if (input.kind === 'quotas')
    return (
      <>
        {draftClasses(draft)
          .slice(1)
          .map((name) => (
            <Field
              key={name}
              label={`${label}: ${name}`}
              hint={help}
              error={problems.find((problem) => problem.path === `${path}.${name}`)?.message}
            >
              {(props) => (
                <input
                  {...props}
                  inputMode="numeric"
                  autoComplete="off"
                  placeholder="0"
                  value={quotaText(draft, name)}
                  onChange={(event) => onChange(withQuota(draft, name, event.target.value))}
                />
              )}
            </Field>
          ))}
      </>
    );
  const text = fieldText(draft, path);
  const standard = presetText(draft.preset, path);
  const set = (value: string): void => onChange(withField(draft, path, value));
  const hint = (
    <>
      {help}
      {text !== standard && <span className={styles.differs}> Preset: {standard === '' ? 'no limit' : standard}.</span>}
    </>
  );
  return (
    <Field label={label} hint={hint} error={problems.find((problem) => problem.path === path)?.message}>
      {(props) => {
        switch (input.kind) {
          case 'flag':
            return (
              <select {...props} value={text} onChange={(event) => set(event.target.value)}>
                <option value="true">yes</option>
                <option value="false">no</option>
              </select>
            );
          case 'choice':
            return (
              <select {...props} value={text} onChange={(event) => set(event.target.value)}>
                {input.options.map((option) => (
                  <option key={option}>{option}</option>
                ))}
              </select>
            );
          default:
            return (
              <input
                {...props}
                autoComplete="off"
                spellCheck={false}
                inputMode={input.kind === 'count' || input.kind === 'limit' ? 'numeric' : 'text'}
                placeholder={input.kind === 'limit' ? 'no limit' : undefined}
                value={text}
                onChange={(event) => set(event.target.value)}
              />
            );
        }
      }}
    </Field>
  );
}
