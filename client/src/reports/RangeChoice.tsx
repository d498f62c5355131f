/** Choosing the days of a report and how they are summed up. */
import { type FormEvent, useState } from 'react';
import type { Bucket } from '@minimeet/protocol';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import {
  type Preset,
  type ReportRange,
  allBuckets,
  bucketNames,
  bucketsFor,
  chosenRange,
  daysFault,
  presetRange,
  presets,
} from './report-range';

interface RangeChoiceProps {
  range: ReportRange;
  onChange: (range: ReportRange) => void;
}

export function RangeChoice({ range, onChange }: RangeChoiceProps) {
  const [isChoosing, setChoosing] = useState(false);
  const shown = isChoosing || range.preset === null ? 'own' : range.preset;
  const usable = bucketsFor(range);

  const choose = (value: Preset | 'own' | null) => {
    setChoosing(value === 'own');
    if (value !== null && value !== 'own') onChange(presetRange(value, new Date()));
  };

  return (
    <Stack spacing={1.5}>
      <Stack direction="row" useFlexGap spacing={1.5} sx={{ flexWrap: 'wrap', alignItems: 'center' }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={shown}
          onChange={(_event, value: Preset | 'own' | null) => choose(value)}
          aria-label="Days of the report"
        >
          {(Object.keys(presets) as Preset[]).map((preset) => (
            <ToggleButton key={preset} value={preset} sx={toggle} data-testid={`range-${preset}`}>
              {presets[preset]}
            </ToggleButton>
          ))}
          <ToggleButton value="own" sx={toggle} data-testid="range-own">
            Own days
          </ToggleButton>
        </ToggleButtonGroup>
        <TextField
          select
          size="small"
          label="Summed up by"
          value={range.bucket}
          onChange={(event) => onChange({ ...range, bucket: event.target.value as Bucket })}
          sx={{ minWidth: 130 }}
          data-testid="bucket-select"
        >
          {allBuckets.map((bucket) => (
            <MenuItem key={bucket} value={bucket} disabled={!usable.includes(bucket)}>
              {bucketNames[bucket]}
            </MenuItem>
          ))}
        </TextField>
      </Stack>
      {shown === 'own' && (
        <DaysForm
          key={range.firstDay + range.lastDay}
          range={range}
          onChange={(chosen) => {
            setChoosing(false);
            onChange(chosen);
          }}
        />
      )}
    </Stack>
  );
}

const toggle = { textTransform: 'none', px: { xs: 1.25, sm: 2 } };

function DaysForm({ range, onChange }: RangeChoiceProps) {
  const [firstDay, setFirstDay] = useState(range.firstDay);
  const [lastDay, setLastDay] = useState(range.lastDay);
  const [fault, setFault] = useState<string | null>(null);

  const show = (event: FormEvent) => {
    event.preventDefault();
    const found = daysFault(firstDay, lastDay);
    setFault(found);
    if (found === null) onChange(chosenRange(firstDay, lastDay));
  };
  const dateField = (label: string, value: string, set: (day: string) => void, testId: string) => (
    <TextField
      type="date"
      size="small"
      label={label}
      value={value}
      onChange={(event) => set(event.target.value)}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { 'data-testid': testId } }}
    />
  );

  return (
    <Stack component="form" spacing={1.5} onSubmit={show} noValidate>
      <Stack direction="row" useFlexGap spacing={1.5} sx={{ flexWrap: 'wrap' }}>
        {dateField('First day', firstDay, setFirstDay, 'range-first')}
        {dateField('Last day', lastDay, setLastDay, 'range-last')}
        <Button type="submit" variant="outlined" data-testid="range-show">
          Show
        </Button>
      </Stack>
      {fault && (
        <Alert severity="error" data-testid="range-problem">
          {fault}.
        </Alert>
      )}
    </Stack>
  );
}
