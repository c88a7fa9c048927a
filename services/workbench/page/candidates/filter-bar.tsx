import type { CrossMatch } from '@spectrawl/contracts';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { unreadable, type CandidateQuery } from './candidate-query.ts';
import styles from './filter-bar.module.css';

interface FilterBarProps {
  query: CandidateQuery;
  classes: readonly string[];
  crossMatches: readonly CrossMatch[];
  onChange: (change: Partial<CandidateQuery>) => void;
}

/** milliseconds after the last key before a filter is asked for */
const TYPED = 300;

/** What the table shows; everything is in the address. */
export function FilterBar({ query, classes, crossMatches, onChange }: FilterBarProps) {
  const wrong = unreadable(query);
  const match = crossMatches.find(({ name }) => name === query.match);
  return (
    <form className={styles.bar} aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
      <Select
        label="Class"
        value={query.classes[0] ?? ''}
        onChange={(name) => onChange({ classes: name === '' ? [] : [name] })}
      >
        <option value="">any</option>
        {classes.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Range
        label="P(emission)"
        value={query.probability}
        wrong={wrong.includes('probability')}
        onChange={(probability) => onChange({ probability })}
      />
      <Range
        label="Uncertainty"
        value={query.uncertainty}
        wrong={wrong.includes('uncertainty')}
        onChange={(uncertainty) => onChange({ uncertainty })}
      />
      <Range label="S/N" value={query.snr} wrong={wrong.includes('S/N')} onChange={(snr) => onChange({ snr })} />
      <Text
        label="Sky: RA Dec radius (°)"
        placeholder="83.6 22.0 1"
        value={query.cone}
        wrong={wrong.includes('sky')}
        wide
        onChange={(cone) => onChange({ cone })}
      />
      <Text
        label="Id or name begins"
        placeholder="spec-55859"
        value={query.prefix}
        wide
        onChange={(prefix) => onChange({ prefix })}
      />
      <Select
        label="Verdict"
        value={query.review}
        onChange={(review) => onChange({ review: review as CandidateQuery['review'] })}
      >
        <option value="any">any</option>
        <option value="open">none yet</option>
        <option value="accepted">accepted</option>
        <option value="rejected">rejected</option>
      </Select>
      <Select
        label="Labelled"
        value={query.labelled}
        onChange={(labelled) => onChange({ labelled: labelled as CandidateQuery['labelled'] })}
      >
        <option value="any">any</option>
        <option value="no">no</option>
        <option value="yes">yes</option>
      </Select>
      {(crossMatches.length > 0 || query.match !== '') && (
        <>
          <Select
            label="Catalogue"
            value={query.match}
            onChange={(name) =>
              onChange({
                match: name,
                known: 'any',
                ...(query.sort === 'separation' && { sort: 'probability', ascending: false }),
              })
            }
          >
            <option value="">none</option>
            {!match && query.match !== '' && <option>{query.match}</option>}
            {crossMatches.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
          <Select
            label="Known"
            value={query.known}
            disabled={query.match === ''}
            onChange={(known) => onChange({ known: known as CandidateQuery['known'] })}
          >
            <option value="any">any</option>
            <option value="new">new</option>
            <option value="known">known</option>
          </Select>
        </>
      )}
    </form>
  );
}

interface SelectProps {
  label: string;
  value: string;
  disabled?: boolean;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Select({ label, value, disabled = false, onChange, children }: SelectProps) {
  const id = useId();
  return (
    <div className={styles.part}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} disabled={disabled} onChange={({ target }) => onChange(target.value)}>
        {children}
      </select>
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  placeholder: string;
  wrong?: boolean;
  wide?: boolean;
  onChange: (value: string) => void;
}

function Text({ label, value, placeholder, wrong = false, wide = false, onChange }: TextProps) {
  const id = useId();
  const [typed, setTyped] = useTyped(value, onChange);
  return (
    <div className={`${styles.part} ${wide ? styles.wide : ''}`}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={typed}
        placeholder={placeholder}
        aria-invalid={wrong}
        spellCheck={false}
        autoComplete="off"
        maxLength={100}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}

interface RangeProps {
  label: string;
  value: readonly [string, string];
  wrong: boolean;
  onChange: (value: [string, string]) => void;
}

function Range({ label, value: [least, most], wrong, onChange }: RangeProps) {
  return (
    <fieldset className={styles.range}>
      <legend>{label}</legend>
      <End
        label={`${label}, at least`}
        hint="min"
        value={least}
        wrong={wrong}
        onChange={(to) => onChange([to, most])}
      />
      <span aria-hidden="true">–</span>
      <End label={`${label}, at most`} hint="max" value={most} wrong={wrong} onChange={(to) => onChange([least, to])} />
    </fieldset>
  );
}

function End(props: { label: string; hint: string; value: string; wrong: boolean; onChange: (value: string) => void }) {
  const [typed, setTyped] = useTyped(props.value, props.onChange);
  return (
    <input
      aria-label={props.label}
      placeholder={props.hint}
      inputMode="decimal"
      value={typed}
      aria-invalid={props.wrong}
      autoComplete="off"
      maxLength={12}
      onChange={({ target }) => setTyped(target.value)}
    />
  );
}

/** What is being typed, which is told a moment after the last key. */
function useTyped(value: string, onChange: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState({ text: value, of: value });
  // The address was changed from elsewhere: a link, the way back, the filter cleared.
  if (typed.of !== value) setTyped({ text: value, of: value });
  useEffect(() => {
    if (typed.text === value) return undefined;
    const timer = setTimeout(() => onChange(typed.text), TYPED);
    return () => clearTimeout(timer);
  }, [typed.text, value, onChange]);
  return [typed.text, (text) => setTyped({ text, of: value })];
}
