/** That the join tokens which somebody had for a room until then are worth nothing; kept as long as such a token could be valid. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('join_token_revocations')
export class JoinTokenRevocation {
  /** As the id of whoever comes with such a token is made; they need not have come yet. */
  @PrimaryColumn({ type: 'varchar', length: 36 })
  userId!: string;

  @PrimaryColumn({ type: 'varchar', length: 36 })
  roomId!: string;

  @Column({ type: 'datetime', precision: 3 })
  revokedAt!: Date;
}
