/**
 * Invitations into the members of a room: the owner makes a link and sends it to one person, who accepts it with whatever account they have.
 * So nobody becomes a member of anything unasked, and an e-mail address that anybody may have given as theirs says nothing.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  limits,
  type CreateRoomInvitation,
  type NewRoomInvitation,
  type Page,
  type PageQuery,
  type RoomInvitation,
} from '@minimeet/protocol';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { RoomInvitationEntity } from './room-invitation.entity.js';
import { RoomsService } from './rooms.service.js';

/** Bytes; nobody guesses that many. */
const CODE_BYTES = 16;

@Injectable()
export class RoomInvitations {
  constructor(
    @InjectRepository(RoomInvitationEntity) private readonly invitations: Repository<RoomInvitationEntity>,
    private readonly rooms: RoomsService,
  ) {}

  /**
   * @param server the address of the server, without a slash at its end, for the link
   * @throws room_not_found; not_allowed, also where the room has as many open ones as it may
   */
  async create(
    caller: AuthenticatedUser,
    idOrSlug: string,
    { label }: CreateRoomInvitation,
    server: string,
  ): Promise<NewRoomInvitation> {
    const { id: roomId, slug } = await this.rooms.findOwned(caller, idOrSlug);
    const createdAt = new Date();
    await this.invitations.delete({ roomId, expiresAt: LessThanOrEqual(createdAt) });
    if ((await this.invitations.countBy({ roomId })) >= limits.roomInvitations) {
      throw new DomainError(
        'not_allowed',
        `A room has ${limits.roomInvitations} open invitations at most; withdraw some of them first`,
      );
    }
    const code = randomBytes(CODE_BYTES).toString('base64url');
    const invitation = {
      id: randomUUID(),
      roomId,
      codeHash: hashOf(code),
      label: label ?? null,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + limits.invitationMilliseconds),
    };
    await this.invitations.insert(invitation);
    return { ...describe(invitation), code, url: `${server}/r/${slug}/invitation#${new URLSearchParams({ code })}` };
  }

  /**
   * Those that may still be used, newest first.
   *
   * @throws room_not_found, not_allowed
   */
  async list(caller: AuthenticatedUser, idOrSlug: string, { limit, offset }: PageQuery): Promise<Page<RoomInvitation>> {
    const { id: roomId } = await this.rooms.findOwned(caller, idOrSlug);
    const [invitations, total] = await this.invitations.findAndCount({
      where: { roomId, expiresAt: MoreThan(new Date()) },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
      skip: offset,
    });
    return { items: invitations.map(describe), total, limit, offset };
  }

  /**
   * Nobody uses it any more; that it is gone already does not matter.
   *
   * @throws room_not_found, not_allowed
   */
  async withdraw(caller: AuthenticatedUser, idOrSlug: string, id: string): Promise<void> {
    const { id: roomId } = await this.rooms.findOwned(caller, idOrSlug);
    await this.invitations.delete({ roomId, id });
  }

  /**
   * Uses up the one with this code, of two at once for one of them. Answers the function that gives it back.
   *
   * @throws invalid_invitation
   */
  async use(roomId: string, code: string): Promise<() => Promise<void>> {
    const invitation = await this.invitations.findOneBy({
      roomId,
      codeHash: hashOf(code),
      expiresAt: MoreThan(new Date()),
    });
    const { affected } = invitation ? await this.invitations.delete({ id: invitation.id }) : { affected: 0 };
    if (!invitation || affected !== 1) {
      throw new DomainError('invalid_invitation');
    }
    return async () => void (await this.invitations.insert(invitation));
  }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

function describe({ id, label, createdAt, expiresAt }: Omit<RoomInvitationEntity, 'room'>): RoomInvitation {
  return { id, label, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
