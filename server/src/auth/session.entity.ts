/** Somebody's being logged in on one device, from the log-in until the log-out: the family of all its tokens. */
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Index('sessions_user')
  @Column({ type: 'varchar', length: 36 })
  userId!: string;

  @ManyToOne(() => UserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'sessions_user_fk' })
  user?: Relation<UserEntity>;

  /** How often its refresh token has been exchanged: only the token of this turn is good. */
  @Column({ type: 'int' })
  turn!: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt!: Date;

  /** When the present turn began. */
  @Column({ type: 'datetime', precision: 3 })
  refreshedAt!: Date;

  @Index('sessions_expires')
  @Column({ type: 'datetime', precision: 3 })
  expiresAt!: Date;
}
