/** Makes the administrator whom the settings name, at the first start. */
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
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
    const existing = await this.users.findByEmail(email);
    if (!existing) {
      await this.users.create({ email, username: 'Administrator', password }, { isAdmin: true });
      this.logger.log('The administrator named in the settings was made');
    } else if (!existing.isAdmin) {
      this.logger.warn('ADMIN_EMAIL belongs to a user who is no administrator; nothing was changed');
    }
  }
}
