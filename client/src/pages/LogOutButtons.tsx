/** Logging out: here at once, or on all devices after a question. */
import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Typography from '@mui/material/Typography';
import ArrowDropDownRounded from '@mui/icons-material/ArrowDropDownRounded';
import { ConfirmDialog } from '../common/ConfirmDialog';
import { RevokeApiKeysBox } from '../common/RevokeApiKeysBox';
import { account } from '../session/account';
import { problemOf } from '../session/use-answer';
import { pageLandmark } from '../common/landmark';

export function LogOutButtons() {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const [asking, setAsking] = useState(false);
  const [revokeApiKeys, setRevokeApiKeys] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const logOutEverywhere = async () => {
    setProblem(null);
    try {
      await account.logOutEverywhere({ revokeApiKeys });
    } catch (error) {
      setProblem(problemOf(error).message);
      setAsking(true);
    }
  };

  return (
    <>
      <Button
        onClick={() => account.logOut()}
        sx={{ minWidth: 0, pl: { xs: 0.5, sm: 1.5 }, pr: 0.5, whiteSpace: 'nowrap' }}
        color="inherit"
        data-testid="log-out-button"
      >
        Log out
      </Button>
      <IconButton
        size="small"
        color="inherit"
        aria-label="More ways to log out"
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
        data-testid="log-out-menu"
      >
        <ArrowDropDownRounded />
      </IconButton>
      <Menu container={pageLandmark} anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem
          onClick={() => {
            setAnchor(null);
            setRevokeApiKeys(false);
            setAsking(true);
          }}
          data-testid="log-out-everywhere"
        >
          Log out on all devices
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={asking}
        title="Log out on all devices?"
        action="Log out everywhere"
        onConfirm={() => void logOutEverywhere()}
        onClose={() => setAsking(false)}
      >
        <Typography>
          Every browser and app that is logged in to your account has to log in again, and leaves the meeting that it is
          in. This one, too.
        </Typography>
        <RevokeApiKeysBox checked={revokeApiKeys} onChange={setRevokeApiKeys} />
        {problem !== null && (
          <Alert severity="error" sx={{ mt: 2 }} data-testid="log-out-problem">
            You are still logged in. {problem}.
          </Alert>
        )}
      </ConfirmDialog>
    </>
  );
}
