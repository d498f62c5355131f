/** A table of a report, which scrolls in its own box where the page is narrow. */
import type { ReactNode } from 'react';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TablePagination from '@mui/material/TablePagination';
import TableRow from '@mui/material/TableRow';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
}

interface ReportTableProps<Row> {
  label: string;
  /** The first one names the row and stays when the others scroll. */
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  /** Instead of rows, when there are none. */
  empty: string;
  testId: string;
  rowTestId: string;
}

export function ReportTable<Row>({ label, columns, rows, keyOf, empty, testId, rowTestId }: ReportTableProps<Row>) {
  return (
    <TableContainer tabIndex={0} role="region" aria-label={`Table: ${label}`} sx={shadowWhereCut} data-testid={testId}>
      <Table size="small" sx={{ fontVariantNumeric: 'tabular-nums', '& td, & th': { whiteSpace: 'nowrap', px: 1 } }}>
        <TableHead>
          <TableRow>
            {columns.map(({ title, isNumber }, index) => (
              <TableCell key={title} align={isNumber ? 'right' : 'left'} sx={index === 0 ? staying : undefined}>
                {title}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={keyOf(row)} data-testid={rowTestId}>
              {columns.map(({ title, isNumber, cell }, index) => (
                <TableCell
                  key={title}
                  align={isNumber ? 'right' : 'left'}
                  {...(index === 0 && { component: 'th', scope: 'row', sx: staying })}
                >
                  {cell(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
          {rows.length === 0 && (
            <TableRow>
              <TableCell
                colSpan={columns.length}
                sx={{ '&&': { whiteSpace: 'normal' }, color: 'text.secondary', py: 3 }}
              >
                {empty}
              </TableCell>
            </TableRow>
          )}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

/** At the right edge, while there is more to scroll to: a shadow that the table's end covers when it comes into view. */
const shadowWhereCut = {
  background:
    'linear-gradient(var(--mui-palette-background-paper) 0 0) right / 24px 100% no-repeat local, ' +
    'linear-gradient(270deg, light-dark(#0003, #0009), transparent) right / 14px 100% no-repeat scroll',
};

const staying = {
  position: 'sticky',
  left: 0,
  zIndex: 1,
  bgcolor: 'background.paper',
  maxWidth: { xs: 130, sm: 240 },
  overflow: 'hidden',
  textOverflow: 'ellipsis',
};

interface PagesProps {
  total: number;
  /** Counts from 0. */
  page: number;
  size: number;
  onChange: (page: number) => void;
}

/** Which page of a table is shown; nothing where there is only one. */
export function TablePages({ total, page, size, onChange }: PagesProps) {
  if (total <= size) return null;
  return (
    <TablePagination
      component="div"
      count={total}
      // The list may have become shorter than the address says.
      page={Math.min(page, Math.ceil(total / size) - 1)}
      rowsPerPage={size}
      rowsPerPageOptions={[size]}
      onPageChange={(_event, next) => onChange(next)}
    />
  );
}
