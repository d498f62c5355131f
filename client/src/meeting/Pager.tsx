/** Leads from one page of people to the next, with buttons and with the keys for that. */
import ChevronLeftRounded from '@mui/icons-material/ChevronLeftRounded';
import ChevronRightRounded from '@mui/icons-material/ChevronRightRounded';
import IconButton from '@mui/material/IconButton';
import { styled } from '@mui/material/styles';
import { VisuallyHidden } from '../common/VisuallyHidden';
import { useShortcuts } from './use-shortcuts';

interface PagerProps {
  /** From 0. */
  page: number;
  pages: number;
  onPage: (page: number) => void;
}

export function Pager({ page, pages, onPage }: PagerProps) {
  const turnTo = (wished: number) => {
    if (wished >= 0 && wished < pages) onPage(wished);
  };
  useShortcuts({ PageUp: () => turnTo(page - 1), PageDown: () => turnTo(page + 1) });
  return (
    <Row role="group" aria-label="Pages of people" data-testid="pager">
      {/* Not `disabled`: a button that is disabled under the finger takes the focus away. */}
      <IconButton
        size="small"
        onClick={() => turnTo(page - 1)}
        aria-label="Previous page"
        aria-disabled={page === 0}
        data-testid="page-previous"
      >
        <ChevronLeftRounded />
      </IconButton>
      <span aria-hidden data-testid="page-number">
        {page + 1} / {pages}
      </span>
      <VisuallyHidden aria-live="polite">{`Page ${page + 1} of ${pages}`}</VisuallyHidden>
      <IconButton
        size="small"
        onClick={() => turnTo(page + 1)}
        aria-label="Next page"
        aria-disabled={page === pages - 1}
        data-testid="page-next"
      >
        <ChevronRightRounded />
      </IconButton>
    </Row>
  );
}

const Row = styled('div')(({ theme }) => ({
  height: '100%',
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'center',
  gap: 8,
  color: theme.vars.palette.text.secondary,
  fontVariantNumeric: 'tabular-nums',
  '& > button': { color: 'inherit' },
  '& > button[aria-disabled=true]': { opacity: 0.38, cursor: 'default' },
}));
