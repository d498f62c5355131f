/** The right of one account to make itself a member of a room, until it is used, withdrawn or expired. */
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { RoomEntity } from './room.entity.js';

@Entity('room_invitations')
@Index('room_invitations_room', ['roomId', 'createdAt'])
export class RoomInvitationEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 36 })
  roomId!: string;

  @ManyToOne(() => RoomEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'roomId', foreignKeyConstraintName: 'room_invitations_room_fk' })
  room?: Relation<RoomEntity>;

  /** SHA-256 of the code, in hexadecimal: who reads the database cannot use it. */
  @Index('room_invitations_code', { unique: true })
  @Column({ type: 'varchar', length: 64 })
  codeHash!: string;

  @Column({ type: 'varchar', length: 64, nullable: true })
  label!: string | null;

  @Column({ type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'datetime', precision: 3 })
  expiresAt!: Date;
}
