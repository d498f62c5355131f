/** One chat message as the embedded database keeps it. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('chat_messages')
@Index('chat_messages_sequence', ['roomId', 'sequence'], { unique: true })
@Index('chat_messages_client_message', ['roomId', 'userId', 'clientMessageId'], { unique: true })
export class ChatMessageEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  /** No foreign key: messages may be kept in another database than rooms. */
  @Column({ type: 'varchar', length: 36 })
  roomId!: string;

  @Column({ type: 'int' })
  sequence!: number;

  @Column({ type: 'varchar', length: 36 })
  userId!: string;

  @Column({ type: 'varchar', length: 64 })
  displayName!: string;

  @Column({ type: 'varchar', length: 64 })
  clientMessageId!: string;

  @Column({ type: 'text' })
  text!: string;

  @Column({ type: 'datetime', precision: 3 })
  sentAt!: Date;
}
