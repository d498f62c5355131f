/** The token of the embedded SQLite database's `DataSource`: the default one, unless the settings name another for users and rooms. */
export const EMBEDDED_DATA_SOURCE = Symbol('EMBEDDED_DATA_SOURCE');
