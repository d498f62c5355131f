/** The members of a room: who they are, inviting others, and taking membership back. */
import { useState } from 'react';
import type { RoomMember } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemText from '@mui/material/ListItemText';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { isolated } from '../common/direction';
import { UserText } from '../common/UserText';
import { VisuallyHidden } from '../common/VisuallyHidden';
import { problemOf } from '../session/use-answer';
import { RoomInvitations } from './RoomInvitations';
import { useMembers } from './use-members';

export function RoomMembers({ slug }: { slug: string }) {
  const { members, problem, remove, showMore, lookAgain } = useMembers(slug);
  const [fault, setFault] = useState<string | null>(null);
  const [said, setSaid] = useState('');

  const end = async (member: RoomMember) => {
    setFault(null);
    try {
      await remove(member);
      setSaid(`${isolated(member.username)} is no member any more`);
    } catch (error) {
      setFault(`${isolated(member.username)} is still a member. ${problemOf(error).message}.`);
    }
  };

  return (
    <Stack component="section" spacing={1} aria-labelledby="members-title" data-testid="room-members">
      <Typography id="members-title" component="h3" variant="subtitle1" sx={{ fontWeight: 600 }}>
        Members{members !== null && members.total > 0 && ` (${members.total})`}
      </Typography>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        They always come in, without password and lobby, and have the meeting in their list. Changes here count at once.
      </Typography>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {fault && <Alert severity="error">{fault}</Alert>}
      {problem && (
        <Alert
          severity="error"
          action={
            <Button color="inherit" size="small" onClick={lookAgain}>
              Try again
            </Button>
          }
        >
          The members could not be loaded. {problem.message}.
        </Alert>
      )}
      {members?.total === 0 && (
        <Typography variant="body2" data-testid="no-members">
          There is none yet.
        </Typography>
      )}
      {members !== null && members.total > 0 && (
        <List dense disablePadding sx={{ maxHeight: 240, overflowY: 'auto' }} aria-labelledby="members-title">
          {members.items.map((member) => (
            <ListItem key={member.id} disableGutters sx={{ gap: 1 }} data-testid="room-member">
              <ListItemText
                primary={<UserText>{member.username}</UserText>}
                slotProps={{ primary: { noWrap: true, title: member.username } }}
              />
              <Button
                size="small"
                color="error"
                onClick={() => void end(member)}
                aria-label={`Remove ${isolated(member.username)}`}
                data-testid="remove-member"
              >
                Remove
              </Button>
            </ListItem>
          ))}
          {members.items.length < members.total && (
            <ListItem disableGutters>
              <Button size="small" onClick={showMore}>
                Show more
              </Button>
            </ListItem>
          )}
        </List>
      )}
      <RoomInvitations slug={slug} />
    </Stack>
  );
}
