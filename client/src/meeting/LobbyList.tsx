/** Those who wait to be let in, one by one, for those who may do that. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemText from '@mui/material/ListItemText';
import ListSubheader from '@mui/material/ListSubheader';
import { isolated } from '../common/direction';
import { GuestMark } from '../common/GuestMark';
import { UserText } from '../common/UserText';
import { useLobby } from './use-lobby';

export function LobbyList() {
  const { waiting, decide } = useLobby();
  if (waiting.length === 0) return null;
  const ids = waiting.map(({ id }) => id);
  return (
    <>
      <List disablePadding>
        <ListSubheader disableSticky>Waiting in the lobby: {waiting.length}</ListSubheader>
        {waiting.map(({ id, displayName, isGuest }) => (
          <ListItem key={id} sx={{ gap: 1, py: 0.75 }} data-testid="lobby-person">
            <ListItemText
              primary={
                <>
                  <UserText>{displayName}</UserText>
                  {isGuest && <GuestMark />}
                </>
              }
              slotProps={{ primary: { noWrap: true, title: displayName } }}
            />
            <Button size="small" onClick={() => decide('refuse', [id])} aria-label={`Refuse ${isolated(displayName)}`}>
              Refuse
            </Button>
            <Button
              size="small"
              variant="contained"
              onClick={() => decide('admit', [id])}
              aria-label={`Let in ${isolated(displayName)}`}
            >
              Let in
            </Button>
          </ListItem>
        ))}
      </List>
      {waiting.length > 1 && (
        <Box sx={{ display: 'flex', gap: 1, px: 2, pb: 1, justifyContent: 'flex-end' }}>
          <Button size="small" onClick={() => decide('refuse', ids)}>
            Refuse all
          </Button>
          <Button size="small" variant="contained" onClick={() => decide('admit', ids)}>
            Let all in
          </Button>
        </Box>
      )}
      <Divider />
    </>
  );
}
