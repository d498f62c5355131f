/** Says in a few words why something failed. Looks at what is there: an error of Node's own may be of another realm's class. */

interface Described {
  message?: unknown;
  code?: unknown;
  errors?: unknown;
}

/** The message of an error; a failed connection to a name with several addresses has only those of its parts. */
export function reasonOf(error: unknown): string {
  const { message, code, errors } = described(error);
  if (typeof message === 'string' && message !== '') {
    return message;
  }
  if (Array.isArray(errors)) {
    return [...new Set(errors.map(reasonOf))].join(', ');
  }
  return typeof code === 'string' ? code : String(error);
}

/** The code that Node and the drivers give their errors, such as `ECONNREFUSED`; the empty string where there is none. */
export function codeOf(error: unknown): string {
  const { code } = described(error);
  return typeof code === 'string' ? code : '';
}

function described(error: unknown): Described {
  return typeof error === 'object' && error !== null ? error : {};
}
