/** One chat message as the embedded database keeps it. */
import type { ChatMessageKind } from '@minimeet/protocol';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('chat_messages')
@Index('chat_messages_sequence', ['roomId', 'sequence'], { unique: true })
@Index('chat_messages_client_message', ['roomId', 'userId', 'clientMessageId'], { unique: true })
@Index('chat_messages_sent', ['sentAt'])
export class ChatMessageEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  /** No foreign key: messages may be kept in another database than rooms. */
  @Column({ type: 'varchar', length: 36 })
  roomId!: string;

  @Column({ type: 'int' })
  sequence!: number;

  @Column({ type: 'varchar', length: 16, default: 'text' })
  kind!: ChatMessageKind;

  @Column({ type: 'varchar', length: 36 })
  userId!: string;

  @Column({ type: 'varchar', length: 64 })
  displayName!: string;

  @Column({ type: 'boolean', default: false })
  isGuest!: boolean;

  @Column({ type: 'varchar', length: 64 })
  clientMessageId!: string;

  @Column({ type: 'text' })
  text!: string;

  /** JSON array of the words by which the message is found. Triggers copy them to `chat_words` and remove them there. */
  @Column({ type: 'text', default: '[]', select: false })
  words!: string;

  @Column({ type: 'datetime', precision: 3 })
  sentAt!: Date;
}
