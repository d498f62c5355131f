/** What the others are going to see and hear of this person, with the switches for both. */
import Box from '@mui/material/Box';
import { useStore } from '../common/use-store';
import { Avatar } from '../common/Avatar';
import { CaptureButton } from './CaptureButton';
import { LevelMeter } from './LevelMeter';
import { VideoView } from './VideoView';
import { isMirrored } from './mirrored';
import type { LocalCapture } from './local-capture';
import { tileBackground } from '../theme/theme';

export function CameraPreview({ capture, name }: { capture: LocalCapture; name: string }) {
  const { microphone, camera } = useStore(capture);
  return (
    <Box
      sx={{
        position: 'relative',
        aspectRatio: '16 / 9',
        borderRadius: '20px',
        overflow: 'hidden',
        color: '#fff',
        backgroundColor: tileBackground,
        containerType: 'size',
      }}
      data-testid="camera-preview"
    >
      {camera.track ? (
        <VideoView track={camera.track} mirrored={isMirrored(camera.track)} label="Your camera" />
      ) : name.trim() ? (
        <Avatar name={name} id="me" />
      ) : (
        <Box sx={{ position: 'absolute', inset: 0, display: 'grid', placeContent: 'center' }}>
          {camera.starting ? 'Your camera is starting' : 'Your camera is off'}
        </Box>
      )}
      <Box
        sx={{ position: 'absolute', insetInline: 16, bottom: 16, display: 'grid', justifyItems: 'center', gap: 1.5 }}
      >
        <Box sx={{ display: 'flex', gap: 1.5 }}>
          <CaptureButton capture={capture} kind="microphone" overVideo />
          <CaptureButton capture={capture} kind="camera" overVideo />
        </Box>
        <Box sx={{ width: 108 }}>
          <LevelMeter track={microphone.on ? microphone.track : null} />
        </Box>
      </Box>
    </Box>
  );
}
