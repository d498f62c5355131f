/** A place with a link, a name and rules. It stays when nobody is in it. */
import {
  Column,
  Entity,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import type { RoomAccess } from '@minimeet/protocol';
import { UserEntity } from '../users/user.entity.js';

@Entity('rooms')
export class RoomEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Index('rooms_slug', { unique: true })
  @Column({ type: 'varchar', length: 14 })
  slug!: string;

  @Column({ type: 'varchar', length: 120 })
  name!: string;

  @Column({ type: 'int' })
  maxParticipants!: number;

  /** `null` once the owner's account is deleted. */
  @Index('rooms_owner')
  @Column({ type: 'varchar', length: 36, nullable: true })
  ownerId!: string | null;

  @ManyToOne(() => UserEntity, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'ownerId', foreignKeyConstraintName: 'rooms_owner_fk' })
  owner?: Relation<UserEntity> | null;

  @ManyToMany(() => UserEntity)
  @JoinTable({
    name: 'room_members',
    joinColumn: { name: 'roomId', foreignKeyConstraintName: 'room_members_room_fk' },
    inverseJoinColumn: { name: 'userId', foreignKeyConstraintName: 'room_members_user_fk' },
  })
  members?: UserEntity[];

  @Column({ type: 'varchar', length: 16, default: 'open' })
  access!: RoomAccess;

  /** `null` unless the access is `password`. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  passwordHash!: string | null;

  @Column({ type: 'boolean', default: false })
  lobby!: boolean;

  /** Not kept: whether nobody can come who could let others in, as far as that was asked. */
  isOwnerless?: boolean;

  @Index('rooms_created')
  @Column({ type: 'datetime', precision: 3 })
  createdAt!: Date;
}
