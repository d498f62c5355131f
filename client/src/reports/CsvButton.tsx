/** Saves a report as CSV. */
import { useState } from 'react';
import Button from '@mui/material/Button';
import DownloadRounded from '@mui/icons-material/DownloadRounded';
import { useNotify } from '../common/Notices';
import { useStore } from '../common/use-store';
import { account } from '../session/account';
import { fetchCsv } from '../session/reports';
import { problemOf } from '../session/use-answer';

interface CsvButtonProps {
  /** Where REST has the report. */
  path: string;
  fileName: string;
}

export function CsvButton({ path, fileName }: CsvButtonProps) {
  const notify = useNotify();
  const session = useStore(account);
  const [busy, setBusy] = useState(false);

  const save = async () => {
    if (!session) return;
    setBusy(true);
    try {
      // A link cannot carry the token.
      offerFile(await account.withTokens(session, (caller) => fetchCsv(caller, path)), fileName);
    } catch (error) {
      notify(`The file could not be made. ${problemOf(error).message}.`);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Button
      variant="outlined"
      loading={busy}
      loadingPosition="start"
      startIcon={<DownloadRounded />}
      onClick={() => void save()}
      data-testid="csv-button"
    >
      CSV
    </Button>
  );
}

function offerFile(text: string, name: string): void {
  // The mark by which Excel knows UTF-8, which is not among the text that was fetched.
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
