/** Keeps TypeORM from writing to the terminal by itself. */
import { AbstractLogger } from 'typeorm';

/** Whatever goes wrong is thrown, and logged where it is caught; queries have values that belong in no log. */
export class NoLogger extends AbstractLogger {
  protected writeLog(): void {}
}
