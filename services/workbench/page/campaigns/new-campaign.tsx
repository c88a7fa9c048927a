import type { JsonObject } from '@bufbuild/protobuf';
import { PRESET_NAMES, type PresetName } from '@spectrawl/active-learning';
import { allPages } from '../app/all-pages.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState, type SubmitEvent } from 'react';
import { Link, useNavigate } from 'react-router';
import { failureOf } from '../app/failure.ts';
import { NAME_RULE } from '../app/names.ts';
import { paths } from '../app/paths.ts';
import { ingestion, selection } from '../app/services.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Field } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { grouped } from '../ui/words.ts';
import type { FieldProblem } from './method-draft.ts';
import { MethodForm } from './method-form.tsx';
import { poolsToSearch, readCampaignDraft, type CampaignDraft, type CampaignRequest } from './new-campaign-draft.ts';
import styles from './new-campaign.module.css';
import { placeRefusal } from './refusals.ts';
import type { Pool } from '@spectrawl/contracts';

const PRESETS_ABOUT: Readonly<Record<PresetName, string>> = {
  default:
    'Margin sampling with pool negatives, audits that train, and a threshold from the audit: about half of the labels.',
  'skoda-2020':
    'Škoda, Podsztavek & Tvrdík 2020, to the letter: highest entropy, SMOTE, an intensive training at the end.',
};

/** The form of a new campaign. */
export function NewCampaign({ onCancel }: { onCancel: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['pools', 'all'],
    queryFn: ({ signal }) =>
      allPages(async (pageToken) => {
        const { pools, nextPageToken } = await ingestion.listPools({ pageSize: 1000, pageToken }, { signal });
        return { rows: pools, nextPageToken };
      }),
    staleTime: 0,
  });
  return (
    <Page title="New campaign" actions={<Button onClick={onCancel}>Cancel</Button>}>
      {error && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading what="the pools" />
      ) : poolsToSearch(data).sealed.length === 0 ? (
        <EmptyState title="No sealed pool yet" action={<Link to={paths.pools()}>To the pools</Link>}>
          A campaign searches a sealed pool, and learns at first from labels imported for a sealed pool: upload spectra,
          seal the pool, import labels.
        </EmptyState>
      ) : (
        <CampaignForm pools={data} />
      )}
    </Page>
  );
}

function CampaignForm({ pools }: { pools: readonly Pool[] }) {
  const { sealed, open } = poolsToSearch(pools);
  const only = sealed.length === 1 ? (sealed[0]?.poolId ?? '') : '';
  const [draft, setDraft] = useState<CampaignDraft>({
    campaignId: '',
    poolId: only,
    seedPoolIds: only === '' ? [] : [only],
    seed: '1',
    method: { preset: 'default', changed: {} },
  });
  const [isTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const navigate = useNavigate();
  const intent = useRef({ content: '', id: '' });
  const creation = useMutation({
    mutationFn: async (request: CampaignRequest) => {
      const { method, ...rest } = request;
      // The same request tried again returns the first answer; another one is another intent.
      const content = JSON.stringify({ ...rest, method, seed: String(rest.seed) });
      if (intent.current.content !== content) intent.current = { content, id: crypto.randomUUID() };
      return await selection.createCampaign({
        ...rest,
        method: method as unknown as JsonObject,
        requestId: intent.current.id,
      });
    },
    onSuccess: async (_, { campaignId }) => await navigate(paths.campaign(campaignId)),
    onError: () => focusFirstProblem(form.current),
  });
  const { request, problems: found } = readCampaignDraft(draft);
  const refused = creation.error ? refusalOf(creation.error, draft) : [];
  const problems = isTried ? [...found, ...refused.filter(({ path }) => !found.some((one) => one.path === path))] : [];
  const problem = (path: string): string | undefined => problems.find((one) => one.path === path)?.message;
  const change = (part: Partial<CampaignDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    creation.reset();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (found.length === 0) creation.mutate(request);
    else focusFirstProblem(form.current);
  };
  const overall = problem('');
  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      <div className={styles.first}>
        <Panel title="What is searched">
          <Field label="Name" hint={NAME_RULE} error={problem('campaignId')}>
            {(input) => (
              <input
                {...input}
                autoFocus
                autoComplete="off"
                spellCheck={false}
                value={draft.campaignId}
                onChange={(event) => change({ campaignId: event.target.value })}
              />
            )}
          </Field>
          <Field label="Pool" hint="The sealed pool that is searched for rare objects." error={problem('poolId')}>
            {(input) => (
              <select {...input} value={draft.poolId} onChange={(event) => change({ poolId: event.target.value })}>
                <option value="" disabled>
                  Choose a pool
                </option>
                {sealed.map(({ poolId, counts }) => (
                  <option key={poolId} value={poolId}>
                    {poolId} ({grouped(counts?.stored ?? 0n)} spectra)
                  </option>
                ))}
                {open.map(({ poolId }) => (
                  <option key={poolId} value={poolId} disabled>
                    {poolId} (open: seal it first)
                  </option>
                ))}
              </select>
            )}
          </Field>
          <SeedPools
            pools={sealed}
            chosen={draft.seedPoolIds}
            error={problem('seedPoolIds')}
            onChange={(seedPoolIds) => change({ seedPoolIds })}
          />
        </Panel>
        <Panel title="How">
          <div className={styles.preset}>
            <Choice
              label="Method to begin from"
              options={PRESET_NAMES.toReversed().map((name) => ({ value: name, name }))}
              value={draft.method.preset}
              onChange={(preset) => change({ method: { preset, changed: {} } })}
            />
            <p>{PRESETS_ABOUT[draft.method.preset]}</p>
          </div>
          <Field
            label="Seed"
            hint="Every random choice derives from it: the same seed, labels and pool give the same questions."
            error={problem('seed')}
          >
            {(input) => (
              <input
                {...input}
                inputMode="numeric"
                autoComplete="off"
                value={draft.seed}
                onChange={(event) => change({ seed: event.target.value })}
              />
            )}
          </Field>
          {overall !== undefined && (
            <Notice tone="bad" title="The campaign was not created">
              {overall}
            </Notice>
          )}
          <div className={styles.submit}>
            <Button kind="primary" type="submit" disabled={creation.isPending}>
              Create campaign
            </Button>
            <span role="status">
              {isTried && found.length > 0
                ? `${found.length === 1 ? 'One value needs' : `${found.length} values need`} your attention`
                : 'It is created at rest: you start it afterwards.'}
            </span>
          </div>
        </Panel>
      </div>
      <MethodForm draft={draft.method} problems={problems} onChange={(method) => change({ method })} />
    </form>
  );
}

interface SeedPoolsProps {
  pools: readonly Pool[];
  chosen: readonly string[];
  error: string | undefined;
  onChange: (chosen: string[]) => void;
}

function SeedPools({ pools, chosen, error, onChange }: SeedPoolsProps) {
  return (
    <fieldset className={styles.seeds} aria-describedby="seed-pools-hint" aria-invalid={error !== undefined}>
      <legend>Seed pools</legend>
      <div className={styles.boxes}>
        {pools.map(({ poolId }) => (
          <label key={poolId}>
            <input
              type="checkbox"
              aria-invalid={error !== undefined}
              checked={chosen.includes(poolId)}
              onChange={({ target: { checked } }) =>
                onChange(checked ? [...chosen, poolId] : chosen.filter((id) => id !== poolId))
              }
            />
            {poolId}
          </label>
        ))}
      </div>
      <p id="seed-pools-hint" className={styles.hint}>
        Their imported labels train iteration 0. The searched pool may be one of them.
      </p>
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function refusalOf(error: unknown, entered: CampaignDraft): FieldProblem[] {
  const { reason, message } = failureOf(error);
  return placeRefusal(reason, message, entered);
}

/** Takes the user to the first value that is wrong, once it is marked; groups that are shut open for it. */
function focusFirstProblem(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => {
    const wrong = form?.querySelector<HTMLElement>('input[aria-invalid="true"], select[aria-invalid="true"]');
    wrong?.closest('details')?.setAttribute('open', '');
    wrong?.focus();
  });
}
