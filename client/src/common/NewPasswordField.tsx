/** Where one chooses a password: it can be looked at, as nobody could send another one to who mistyped it. */
import { useState } from 'react';
import { limits } from '@minimeet/protocol';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import VisibilityOffRounded from '@mui/icons-material/VisibilityOffRounded';
import VisibilityRounded from '@mui/icons-material/VisibilityRounded';

interface NewPasswordFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  testId: string;
  size?: 'small' | 'medium';
}

export function NewPasswordField({ label, value, onChange, testId, size = 'medium' }: NewPasswordFieldProps) {
  const [isShown, setShown] = useState(false);
  return (
    <TextField
      label={label}
      type={isShown ? 'text' : 'password'}
      size={size}
      required
      autoComplete="new-password"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      helperText={`At least ${limits.passwordMin} characters.`}
      slotProps={{
        htmlInput: { minLength: limits.passwordMin, maxLength: limits.passwordMax, 'data-testid': testId },
        input: {
          endAdornment: (
            <InputAdornment position="end">
              <IconButton
                edge="end"
                aria-label="Show the password"
                aria-pressed={isShown}
                onClick={() => setShown(!isShown)}
              >
                {isShown ? <VisibilityOffRounded /> : <VisibilityRounded />}
              </IconButton>
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
