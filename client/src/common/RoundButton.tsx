/** A round button with an icon, named by its tooltip. */
import type { ReactNode, Ref } from 'react';
import Badge from '@mui/material/Badge';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { styled } from '@mui/material/styles';

interface RoundButtonProps {
  label: string;
  children: ReactNode;
  onClick: (button: Element) => void;
  testId: string;
  /** `off` for a device that is off, `active` for what is open or running, `danger` for leaving. */
  tone?: 'plain' | 'overVideo' | 'off' | 'active' | 'danger';
  /** For tests: `on` or `off`. */
  state?: 'on' | 'off';
  /** A number at the button's corner; `urgent` when it wants to be looked at. */
  count?: number;
  urgent?: boolean;
  /** Shown at the button's other corner. */
  mark?: ReactNode;
  /** A mark at the button's corner that something is wrong. */
  warning?: boolean;
  /** It does nothing now, and its label says why. */
  disabled?: boolean;
  /** The button opens something, which is open now or not. */
  expanded?: boolean;
  /** The button is a switch, which is on or off now. */
  pressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function RoundButton({ label, children, onClick, testId, tone = 'plain', ...rest }: RoundButtonProps) {
  const { state, count = 0, urgent = false, warning = false, expanded, pressed, disabled, ref, mark } = rest;
  return (
    <Badge
      color={warning ? 'warning' : urgent ? 'error' : 'primary'}
      badgeContent={warning ? '!' : count}
      max={99}
      overlap="circular"
    >
      <Tooltip title={label}>
        <Button
          ref={ref}
          onClick={(event) => !disabled && onClick(event.currentTarget)}
          data-tone={tone}
          data-state={state}
          aria-expanded={expanded}
          aria-pressed={pressed}
          // Not `disabled`, which would keep the label from being shown.
          aria-disabled={disabled}
          data-testid={testId}
        >
          {children}
        </Button>
      </Tooltip>
      {mark}
    </Badge>
  );
}

const Button = styled(IconButton)(({ theme }) => ({
  width: 48,
  height: 48,
  color: 'inherit',
  backgroundColor: theme.vars.palette.action.selected,
  '&:hover': { backgroundColor: theme.vars.palette.action.focus },
  '&[data-tone=overVideo]': { color: '#fff', backgroundColor: 'rgb(0 0 0 / 0.55)' },
  '&[data-tone=active]': {
    color: theme.vars.palette.primary.contrastText,
    backgroundColor: theme.vars.palette.primary.main,
  },
  '&[data-tone=off], &[data-tone=danger]': { color: '#fff', backgroundColor: '#c62828' },
  '&[data-tone=danger]': { width: 64, borderRadius: 24 },
  '&[aria-disabled=true]': { opacity: 0.5, cursor: 'not-allowed' },
  '&[data-tone]:not([data-tone=plain]):hover': { filter: 'brightness(1.12)' },
}));
