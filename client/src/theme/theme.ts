/** Colours, type and shapes of the web client. Light or dark follows the system's setting, by CSS alone. */
import { createTheme } from '@mui/material/styles';
import type {} from '@mui/material/themeCssVarsAugmentation';
import { pageLandmark } from '../common/landmark';

/** Behind a person without a picture and around every video, in both schemes. */
export const tileBackground = '#1b2727';

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'media' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#0f766e' },
        info: { main: '#0f766e' },
        error: { main: '#c62828' },
        background: { default: '#f3f6f6', paper: '#ffffff' },
      },
    },
    dark: {
      palette: {
        primary: { main: '#5eead4', contrastText: '#05231f' },
        info: { main: '#2dd4bf' },
        error: { main: '#f28b82', contrastText: '#2b0606' },
        background: { default: '#0f1515', paper: '#172020' },
      },
    },
  },
  shape: { borderRadius: 12 },
  typography: {
    fontFamily: '"Segoe UI", Roboto, Ubuntu, Cantarell, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
    button: { textTransform: 'none', fontWeight: 600 },
    h1: { fontSize: '2.5rem', fontWeight: 700, letterSpacing: '-0.02em', lineHeight: 1.15 },
    h2: { fontSize: '1.5rem', fontWeight: 700, lineHeight: 1.25 },
    h3: { fontSize: '1.125rem', fontWeight: 700 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        'html, body, #root': { height: '100%' },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            animationIterationCount: '1 !important',
            transitionDuration: '0.01ms !important',
          },
        },
      },
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: {
        root: ({ theme }) => ({
          '&.Mui-focusVisible': { outline: `3px solid ${theme.vars.palette.primary.main}`, outlineOffset: 2 },
        }),
      },
    },
    MuiButton: { defaultProps: { disableElevation: true }, styleOverrides: { root: { borderRadius: 999 } } },
    // The usual ones are too pale to be read.
    MuiInputBase: {
      styleOverrides: {
        input: ({ theme }) => ({ '&::placeholder': { opacity: 1, color: theme.vars.palette.text.secondary } }),
      },
    },
    // Beside a long text on a phone, a button keeps its words in one line.
    MuiAlert: { styleOverrides: { action: { whiteSpace: 'nowrap' } } },
    // In the dark, a surface is told apart by its colour, not by a veil that grows with its height.
    MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
    // Above a panel of its own colour, whose shadow the dark swallows.
    MuiMenu: { styleOverrides: { paper: ({ theme }) => ({ border: `1px solid ${theme.vars.palette.divider}` }) } },
    MuiTooltip: {
      defaultProps: {
        enterDelay: 400,
        describeChild: false,
        slotProps: { popper: { container: pageLandmark } },
      },
    },
  },
});
