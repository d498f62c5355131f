/** A person known to the server: an account, or a guest with a name. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('users')
export class UserEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  /** `null` for guests. */
  @Index('users_email', { unique: true })
  @Column({ type: 'varchar', length: 254, nullable: true })
  email!: string | null;

  @Column({ type: 'varchar', length: 64 })
  username!: string;

  /** `null` where the user cannot log in with a password. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  passwordHash!: string | null;

  @Column({ type: 'boolean' })
  isActive!: boolean;

  @Column({ type: 'boolean' })
  isGuest!: boolean;

  @Column({ type: 'boolean' })
  isAdmin!: boolean;

  /** Counts up when older access tokens must stop working. */
  @Column({ type: 'int' })
  tokenVersion!: number;

  @Index('users_created')
  @Column({ type: 'datetime', precision: 3 })
  createdAt!: Date;
}
