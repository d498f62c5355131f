/** A chart, with the same figures as a table for whoever cannot see it or wants the exact ones. */
import type { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { VisuallyHidden } from '../common/VisuallyHidden';

interface ChartFigureProps {
  /** What the chart shows, in one sentence. */
  summary: string;
  /** The head of the table: what a row is, and what its figures are. */
  columns: string[];
  rows: string[][];
  children: ReactNode;
}

export function ChartFigure({ summary, columns, rows, children }: ChartFigureProps) {
  return (
    <Box component="figure" sx={{ m: 0 }}>
      <VisuallyHidden as="figcaption">{summary}</VisuallyHidden>
      {children}
      <Box
        component="details"
        sx={{
          fontSize: '0.875rem',
          '& > summary': { cursor: 'pointer', color: 'text.secondary', width: 'fit-content' },
        }}
      >
        <summary>Figures as a table</summary>
        <TableContainer sx={{ maxHeight: 320, mt: 1 }} tabIndex={0} role="region" aria-label="Figures as a table">
          <Table size="small" stickyHeader sx={{ fontVariantNumeric: 'tabular-nums' }}>
            <TableHead>
              <TableRow>
                {columns.map((column, index) => (
                  <TableCell key={column} align={index === 0 ? 'left' : 'right'}>
                    {column}
                  </TableCell>
                ))}
              </TableRow>
            </TableHead>
            <TableBody>
              {rows.map(([name, ...figures]) => (
                <TableRow key={name}>
                  <TableCell component="th" scope="row">
                    {name}
                  </TableCell>
                  {figures.map((figure, index) => (
                    <TableCell key={columns[index + 1]} align="right">
                      {figure}
                    </TableCell>
                  ))}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      </Box>
    </Box>
  );
}
