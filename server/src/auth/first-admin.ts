/** Makes the administrator whom the settings name, at the first start. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { UsersService } from '../users/users.service.js';

@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstAdmin.name);

  constructor(
    private readonly users: UsersService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { adminEmail: email, adminPassword: password } = this.settings.auth;
    if (email === undefined || password === undefined) {
      return;
    }
    const existing = (await this.users.findByEmail(email)) ?? (await this.make(email, password));
    if (existing && !existing.isAdmin) {
      this.logger.warn('ADMIN_EMAIL belongs to a user who is no administrator; nothing was changed');
    }
  }

  /** `null` when it was made here, and who has the address where another server that starts just now was quicker. */
  private async make(email: string, password: string): Promise<{ isAdmin: boolean } | null> {
    try {
      await this.users.create({ email, username: 'Administrator', password }, { isAdmin: true });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'email_taken') {
        return this.users.findByEmail(email);
      }
      throw error;
    }
    this.logger.log('The administrator named in the settings was made');
    return null;
  }
}
