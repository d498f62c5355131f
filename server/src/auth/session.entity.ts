/** Somebody's being logged in on one device, from the log-in until the log-out: the family of all its tokens. */
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Pass } from '../common/access.js';
import { UserEntity } from '../users/user.entity.js';

export type SessionPass = Pick<Pass, 'role' | 'grants'>;

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

  /** The key of the host application whose join token began it; `null` for all other sessions. */
  @Index('sessions_api_key')
  @Column({ type: 'varchar', length: 32, nullable: true })
  apiKeyId!: string | null;

  /** The room that it opens; `null` for all other sessions. */
  @Column({ type: 'varchar', length: 36, nullable: true })
  roomId!: string | null;

  /** What it allows there; `null` for all other sessions. */
  @Column({ type: 'simple-json', nullable: true })
  pass!: SessionPass | null;

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
