/** The question whether an account's API keys end with what else is logged in to it. */
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';

export function RevokeApiKeysBox({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <FormControlLabel
      control={
        <Checkbox
          checked={checked}
          onChange={(event) => onChange(event.target.checked)}
          slotProps={{ input: { 'data-testid': 'revoke-api-keys' } as object }}
        />
      }
      label="Revoke all API keys, too. Whoever came by a link that was made with one leaves the meeting."
    />
  );
}
