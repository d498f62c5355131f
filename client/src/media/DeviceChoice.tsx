/** Which microphone, camera and speaker to use. */
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useStore } from '../common/use-store';
import { savePreferences } from '../session/preferences';
import type { LocalCapture } from './local-capture';
import type { DeviceReference } from './devices';
import { setSpeaker, useSpeaker } from './speaker';

export function DeviceChoice({ capture }: { capture: LocalCapture }) {
  const { microphone, camera, devices } = useStore(capture);
  const { sinkId } = useSpeaker();
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fit, minmax(220px, 1fr))' }}>
      <DeviceSelect
        label="Microphone"
        devices={devices.microphones}
        selected={microphone.deviceId}
        onSelect={(chosen) => {
          savePreferences({ microphone: chosen });
          void capture.choose('microphone', chosen.id);
        }}
      />
      <DeviceSelect
        label="Camera"
        devices={devices.cameras}
        selected={camera.deviceId}
        onSelect={(chosen) => {
          savePreferences({ camera: chosen });
          void capture.choose('camera', chosen.id);
        }}
      />
      <DeviceSelect label="Speaker" devices={devices.speakers} selected={sinkId} onSelect={setSpeaker} />
    </Box>
  );
}

interface DeviceSelectProps {
  label: string;
  devices: readonly MediaDeviceInfo[];
  selected: string | undefined;
  onSelect: (device: DeviceReference) => void;
}

/** Not there when there is nothing to choose from. */
function DeviceSelect({ label, devices, selected, onSelect }: DeviceSelectProps) {
  const [first] = devices;
  if (!first) return null;
  const isListed = devices.some((device) => device.deviceId === selected);
  return (
    <TextField
      select
      size="small"
      label={label}
      value={isListed ? selected : first.deviceId}
      onChange={({ target: { value } }) => onSelect({ id: value, label: labelOf(devices, value) })}
      slotProps={{ select: { native: true }, htmlInput: { 'data-testid': `${label.toLowerCase()}-select` } }}
    >
      {devices.map((device, index) => (
        <option key={device.deviceId} value={device.deviceId}>
          {device.label || `${label} ${index + 1}`}
        </option>
      ))}
    </TextField>
  );
}

const labelOf = (devices: readonly MediaDeviceInfo[], deviceId: string) =>
  devices.find((device) => device.deviceId === deviceId)?.label ?? '';
