/** What is kept in a database, as TypeORM knows it. */

export type EntityClass = new () => object;

export interface DatabaseEntities {
  /** Of the embedded database: all there are. */
  all: EntityClass[];
  /** Of MySQL: those of users, rooms and the record of meetings. */
  relational: EntityClass[];
}
