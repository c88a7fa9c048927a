import { useMutation } from '@tanstack/react-query';
import { failureOf } from '../app/failure.ts';
import { ingestion } from '../app/services.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToast } from '../ui/toast.tsx';

interface SealPoolProps {
  poolId: string;
  open: boolean;
  onClose: () => void;
  onSealed: () => void;
}

/** Closes a pool for good, once that was confirmed. */
export function SealPool({ poolId, open, onClose, onSealed }: SealPoolProps) {
  const toast = useToast();
  const sealing = useMutation({
    mutationFn: () => ingestion.sealPool({ poolId }),
    onSuccess: () => {
      toast(`${poolId} is sealed: a campaign can search it`, 'good');
      onSealed();
      onClose();
    },
  });
  const close = (): void => {
    sealing.reset();
    onClose();
  };
  return (
    <Dialog
      title={`Seal ${poolId}?`}
      open={open}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabled={sealing.isPending} onClick={() => sealing.mutate()}>
            Seal for good
          </Button>
        </>
      }
    >
      <p>
        Its manifest is written and nothing in it changes any more: no further spectra, ever. Campaigns search only
        sealed pools.
      </p>
      {sealing.error && (
        <Notice tone="bad" title="It was not sealed">
          {failureOf(sealing.error).message}
        </Notice>
      )}
    </Dialog>
  );
}
