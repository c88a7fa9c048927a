import { useId } from 'react';
import styles from './choice.module.css';
import segments from './segments.module.css';

interface ChoiceProps<Value extends string> {
  /** What is chosen, for those who don't see it. */
  label: string;
  options: readonly { readonly value: Value; readonly name: string }[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of a few, all of them in view. */
export function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className={`${styles.choice} ${segments.segments}`}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span className={segments.segment}>{option.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
